import type { CalendarLinks } from '../../domain/feeds/links'
import { type CalendarApplication, calendarApplications } from '../../domain/sign-up/fields'
import { describeUserAgent } from '../../platform/user-agent'

/** Which of the links opens each application (`widget-and-feeds.md` 2). */
const linkOf: Readonly<Record<CalendarApplication, keyof CalendarLinks>> = {
  apple: 'appleCalUrl',
  google: 'googleUrl',
  outlook: 'webCalUrl',
  'outlook.com': 'outlookcomUrl',
  hotmail: 'outlookcomUrl',
  live: 'outlookcomUrl',
  office365: 'outlookcomUrl',
  yahoo: 'httpsCalUrl',
  android: 'googleUrl',
  other: 'httpsCalUrl',
}

/** The link that an application opens. */
export function openUrl(application: CalendarApplication, links: CalendarLinks): string {
  return links[linkOf[application]]
}

/** Whether an application can only be given the address by hand. */
export function needsAddress(application: CalendarApplication): boolean {
  return linkOf[application] === 'httpsCalUrl'
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

/** Whose links a confirmation offers beside that of the chosen one. */
const OFFERED: readonly CalendarApplication[] = ['apple', 'google', 'outlook', 'outlook.com']

/** The applications whose link is another one than that of `application`. */
export function otherApplications(application: CalendarApplication): readonly CalendarApplication[] {
  return OFFERED.filter((other) => linkOf[other] !== linkOf[application])
}
