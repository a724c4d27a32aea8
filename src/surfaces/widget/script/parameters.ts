/** What the hosted page takes in its address (`widget-and-feeds.md` 1), each also the attribute `data-ecal-…`. */
const names = [
  'widgetId',
  'apiKey',
  'email',
  'emailSign',
  'emailSignExpires',
  'category',
  'calendarIds',
  'calendar_reference',
  'subscriber_reference',
  'referringPage',
  'mobileNumber',
  'data',
  'skip_schedule_selection',
  'autoSubscribe',
] as const

/** What a page may say of a sign-up; what isn't known here (`shareUrl`, `doubleClickParameters`) is ignored. */
export type Settings = Readonly<Record<string, unknown>>

export const PAGE_PATH = '/button/v1/ecal.html'

/** `emailSign` and `calendar_reference` as attributes: `data-ecal-email-sign`, `data-ecal-calendar-reference`. */
const attributeOf = (name: string) => `data-ecal-${name.replace(/_|(?=[A-Z])/g, '-').toLowerCase()}`

/** An element, as far as it says what it is for. */
type Button = { getAttribute(name: string): string | null; readonly href?: unknown }

/** What a button says: its attributes, before what its link to the hosted page says. */
export function settingsOfButton(button: Button, origin: string): Settings {
  const settings = typeof button.href === 'string' ? settingsOfLink(button.href, origin) : {}
  for (const name of names) {
    const value = button.getAttribute(attributeOf(name))
    if (value) settings[name] = value
  }
  return settings
}

function settingsOfLink(href: string, origin: string): Record<string, unknown> {
  const isHostedPage = href.startsWith(`${origin}${PAGE_PATH}?`)
  return isHostedPage ? Object.fromEntries(new URL(href).searchParams) : {}
}

/** The address of the hosted page; of several settings the last one that says something counts. */
export function pageAddress(origin: string, ...settings: readonly Settings[]): string {
  const query = new URLSearchParams()
  for (const name of names) {
    const text = settings.map((given) => textOf(given[name])).findLast(Boolean)
    if (text === undefined) continue
    if (name !== 'autoSubscribe') query.set(name, text)
    else if (text === 'true') query.set('skip_schedule_selection', text)
  }
  return `${origin}${PAGE_PATH}?${query}`
}

/** A value as the page's address has it: lists with commas, objects as JSON. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
