import type { CalendarLinks } from '../../domain/calendar-links'
import { type CalendarApplication, calendarApplications } from '../../domain/sign-up-fields'
import { describeUserAgent } from '../../platform/user-agent'

/** How a calendar application is named, opened, and told to subscribe to an address. */
export type ApplicationView = {
  readonly label: string
  /** What its link opens, where that has another name. */
  readonly opens?: string
  /** Which of the links opens it (`widget-and-feeds.md` 2). */
  readonly link: keyof CalendarLinks
  /** How the application adds the address. */
  readonly steps: string
}

const outlookOnTheWeb =
  'Outlook opens in a new tab: give the calendar a name and save it. If it doesn’t ask, choose “Add calendar”, ' +
  'then “Subscribe from web”, and paste this address.'

const google =
  'Google Calendar opens in a new tab and asks whether to add the calendar: choose “Add”. If it doesn’t ask, choose ' +
  '“Other calendars”, “+”, “From URL” on a computer, and paste this address.'

export const applications: Readonly<Record<CalendarApplication, ApplicationView>> = {
  apple: {
    label: 'Apple Calendar',
    link: 'appleCalUrl',
    steps:
      'Apple Calendar asks whether to subscribe: confirm it. If nothing opens, choose “New Calendar Subscription” in ' +
      'the File menu on a Mac, or “Add Subscription Calendar” in the Calendar app on an iPhone, and paste this address.',
  },
  google: { label: 'Google Calendar', link: 'googleUrl', steps: google },
  outlook: {
    label: 'Outlook',
    link: 'webCalUrl',
    steps:
      'Outlook asks whether to add the calendar: choose “Yes”. If nothing opens, choose “Add Calendar”, “From Internet”, ' +
      'and paste this address.',
  },
  'outlook.com': { label: 'Outlook.com', link: 'outlookcomUrl', steps: outlookOnTheWeb },
  hotmail: { label: 'Hotmail', link: 'outlookcomUrl', steps: outlookOnTheWeb },
  live: { label: 'Live.com', link: 'outlookcomUrl', steps: outlookOnTheWeb },
  office365: { label: 'Office 365', link: 'outlookcomUrl', steps: outlookOnTheWeb },
  yahoo: {
    label: 'Yahoo Calendar',
    link: 'httpsCalUrl',
    steps:
      'Copy this address. In Yahoo Calendar on a computer choose “Follow Other Calendars” in the Actions menu, and paste it.',
  },
  android: {
    label: 'Android',
    opens: 'Google Calendar',
    link: 'googleUrl',
    steps: `${google} The dates then appear in the Google Calendar app on your phone.`,
  },
  other: {
    label: 'Another calendar app',
    link: 'httpsCalUrl',
    steps:
      'Copy this address. In your calendar app look for “Subscribe”, “Add calendar from URL” or “Internet calendar”, and paste it.',
  },
}

/** The link that an application opens. */
export function openUrl(application: CalendarApplication, links: CalendarLinks): string {
  return links[applications[application].link]
}

/** Whether an application can only be given the address by hand. */
export function needsAddress(application: CalendarApplication): boolean {
  return applications[application].link === 'httpsCalUrl'
}

/** The application that a visitor most likely uses. */
export function likelyApplication(userAgent: string): CalendarApplication {
  switch (describeUserAgent(userAgent).os) {
    case 'iOS':
    case 'macOS':
      return 'apple'
    case 'Android':
      return 'android'
    case 'Windows':
      return 'outlook'
    case 'ChromeOS':
    case 'Linux':
    case 'Other':
      return 'google'
  }
}

/** The three that most people have, in the order of the page. */
const COMMON: readonly CalendarApplication[] = ['apple', 'google', 'outlook']

/** Applications as the page lists them: those in plain sight, the likely one first; then the others. */
export function orderedApplications(likely: CalendarApplication): {
  first: readonly CalendarApplication[]
  others: readonly CalendarApplication[]
} {
  const first = [likely, ...COMMON.filter((application) => application !== likely)]
  return { first, others: calendarApplications.filter((application) => !first.includes(application)) }
}
