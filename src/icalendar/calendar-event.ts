/** What a VEVENT is written from: one event as plain values, already settled for the feed it goes into. */
export type CalendarEvent = {
  /** The UID is `{id}@daybook`. */
  id: string
  /** Epoch ms. */
  createdAt: number
  modifiedAt: number
  sequence: number
  allDay: boolean
  /** Wall clock `YYYY-MM-DD`, `HH:MM` in `timezone`; the time is `''` when all-day. */
  startDate: string
  startTime: string
  /** All-day: the last day, inclusive. Else the wall clock in `endTimezone`. */
  endDate: string
  endTime: string
  /** IANA names. */
  timezone: string
  endTimezone: string
  /** The same two instants, epoch ms. */
  startsAt: number
  endsAt: number
  name: string
  location: string
  details: string
  quickLinks: readonly { name: string; url: string }[]
  url: string
  status: 'confirmed' | 'tentative' | 'cancelled'
  showAs: 'busy' | 'free'
  /** `Sports/Basketball,Country/Australia`: the event's own, else its calendar's. */
  categories: string
  /** `15M`, `1H`, `1D`, `1W` before the start. */
  alerts: readonly string[]
  /** A deleted public event: cancelled whatever `status` says, and silent. Its `sequence` is raised already. */
  cancelledTombstone: boolean
}
