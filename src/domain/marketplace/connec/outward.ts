import { sha256Hex } from '../../../platform/digest'
import type { EventValues } from '../../events/values'

/** What records of ours say to the data hub (`marketplace.md` 8.3): pure. Empty values are left out. */

/** Values that stay empty here say nothing there. */
function filled(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

/** The fields of an event: all-day dates as dates, the end being the last day; times in UTC. */
export function eventFields(event: EventValues): Record<string, string> {
  const utc = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
  return filled({
    name: event.name,
    description: event.details,
    start_date: event.allDay ? event.startDate : utc(event.startsAt),
    end_date: event.allDay ? event.endDate : utc(event.endsAt),
    timezone: event.timezone,
    location: event.location,
    url: event.url,
    status: 'ACTIVE',
  })
}

/** What an event says that isn't there any more. */
export const inactive = { status: 'INACTIVE' } as const

export type SharedPerson = { readonly firstName: string; readonly lastName: string; readonly email: string }

/** The fields of a person. One whom the hub has deactivated is whatever the hub says, and that isn't said again. */
export function personFields(
  { firstName, lastName, email }: SharedPerson,
  isActive: boolean,
): Record<string, unknown> {
  return {
    ...filled({ first_name: firstName, last_name: lastName }),
    ...(email === '' ? {} : { email: { address: email } }),
    ...(isActive ? { status: 'ACTIVE' } : {}),
  }
}

/** Tells one mapped state from another. */
export function hashOf(fields: Record<string, unknown>): Promise<string> {
  return sha256Hex(JSON.stringify(fields))
}
