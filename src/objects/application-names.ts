/** How each calendar application that a person may pick is called, on the sync page and in the portal. */
export const applicationNames = {
  apple: 'Apple Calendar',
  google: 'Google Calendar',
  outlook: 'Outlook',
  'outlook.com': 'Outlook.com',
  hotmail: 'Hotmail',
  live: 'Live.com',
  office365: 'Office 365',
  yahoo: 'Yahoo Calendar',
  android: 'Android phone',
  other: 'Another calendar app',
} as const
