import type { RefusalReason } from './refusals'

/** How the page calls the publisher where its name wasn't looked up. */
const whoever = (publisher: string) => publisher || 'whoever sent you here'

/** The words of this surface's pages, in one place. */
export const words = {
  formTitle: (publisher: string) =>
    publisher === '' ? 'Connect your calendar' : `Connect your calendar – ${publisher}`,
  heading: 'Put your dates in your calendar',
  emailLabel: 'E-mail',
  calendarsSummary: (count: number) => `Calendars (${count})`,
  calendarsLegend: 'Which calendars do you want?',
  calendarsLimit: 'You can choose up to 50.',
  otherApplications: 'Other calendar apps',
  whatHappens: 'You can disconnect at any time.',
  needsSignedLink: (publisher: string) =>
    `To protect your dates, ${publisher} connects calendars only through a personal link. Please open the link that they sent you.`,

  connectedTitle: (publisher: string) => `You’re connected – ${publisher}`,
  connected: 'You’re connected',
  connectedLead: (publisher: string, email: string) =>
    `The dates of ${publisher} are ready for ${email}. One step is left in your calendar app.`,
  openIn: (application: string) => `Open ${application}`,
  openHere: 'Open it in a calendar app on this device',
  addressLabel: 'Calendar address',
  addressSecret: 'This address is yours alone: whoever has it can read your dates.',
  welcomeLabel: 'The first entry in your calendar',
  welcomeAllDay: 'All day',
  alsoIn: 'Also in',
  onAPhone: 'Continue on a phone',
  onAPhoneHow: 'Point the phone’s camera here.',
  onAPhoneCode: 'QR code of your calendar link',

  alreadyTitle: (publisher: string) => `Already connected – ${publisher}`,
  already: 'This address is connected already',
  alreadyLead: (publisher: string, email: string) =>
    `A calendar of ${email} is connected to ${publisher}. So that nobody else can read it, its link isn’t shown here.`,
  alreadyNext: (publisher: string) => `${publisher} can send you the link again. Please ask them for it.`,
}

/** What is wrong with a field, told to a person. `message` is the field's own. */
export function fieldMessage(field: string, message: string): string {
  switch (field.split('.')[0]) {
    case 'email':
      return message.startsWith('Must not have more')
        ? message
        : 'Please enter your e-mail address, such as ann@example.com.'
    case 'application':
      return 'Please pick a calendar app.'
    case 'calendarIds':
      return message.startsWith('Must not have more')
        ? 'Please choose at most 50 calendars.'
        : 'One of these calendars is no longer there. Please choose again.'
    default:
      return `The link that led here isn’t right (${field}: ${message}) Please ask for a new one.`
  }
}

/** What a refusal says to a person: a headline, and what to do. */
export const refusalWords: Record<
  RefusalReason,
  (publisher: string) => readonly [title: string, text: string]
> = {
  invalid: () => ['Something isn’t right yet', 'Please correct what is marked, and try again.'],
  unsigned: (publisher) => [
    'This link isn’t good',
    `It may be old, or for another e-mail address. Please ask ${whoever(publisher)} for a new one.`,
  ],
  cancelled: () => ['This calendar has ended', 'No new calendars can be connected here.'],
  foreign_origin: () => [
    'Please confirm once more',
    'This came from another website. If it was you, pick your calendar app again.',
  ],
  forbidden: () => ['This isn’t possible', 'Please ask whoever sent you here.'],
  not_found: () => [
    'There is nothing here',
    'The link is incomplete or no longer in use. Please ask whoever sent it for a new one.',
  ],
  method: () => ['There is nothing here', 'Please open the link that led you here again.'],
  already_exists: () => ['This isn’t possible', 'Please try again.'],
  limit_reached: () => ['That is too many calendars', 'Please choose fewer calendars, and try again.'],
  idempotency_conflict: () => ['This is being done already', 'Please wait a moment, and try again.'],
  too_large: () => [
    'That is too much',
    'The form is larger than what can be read here. Please open the link again.',
  ],
  media_type: () => ['This can’t be read', 'Please open the link that led you here again.'],
  too_many: () => ['That was too often', 'Please wait a minute, and try again.'],
  internal: () => ['Something went wrong on our side', 'Please try again in a moment.'],
}

/** What a link without a needed parameter says. */
export const incompleteLink = [
  'This link is incomplete',
  'Please ask whoever sent it for a new one.',
] as const
