import type { FC } from 'hono/jsx'
import type { CalendarApplication } from '../../domain/sign-up/fields'

const envelope = 'M4 6h16v12H4zM4 7l8 6 8-6'
const calendar = 'M5 5h14v15H5zM5 10h14M9 3v4M15 3v4'

/** Line drawings on a square of 24. */
const drawings: Readonly<Record<CalendarApplication, string>> = {
  apple:
    'M12 8.2c-1-.9-2.3-1.2-3.4-1C6 7.6 4.5 10 4.8 13c.3 3.2 2.3 7 4.6 7 .9 0 1.6-.5 2.6-.5s1.7.5 2.6.5c2.3 0 4.3-3.8 4.6-7 .3-3-1.2-5.4-3.8-5.8-1.1-.2-2.4.1-3.4 1zc0-2.6 1.2-4.3 3.3-5',
  google: 'M20 12a8 8 0 1 1-2.6-5.900M20 12h-7.5',
  outlook: envelope,
  'outlook.com': envelope,
  hotmail: envelope,
  live: envelope,
  office365: envelope,
  yahoo: calendar,
  android: 'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2',
  other: calendar,
}

/** The quiet mark of an application, beside its name. */
export const Mark: FC<{ application: CalendarApplication }> = ({ application }) => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <path d={drawings[application]} />
  </svg>
)
