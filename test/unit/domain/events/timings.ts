import { type EventTiming, type GivenTiming, resolveTiming } from '../../../../src/domain/events/timing'

/** Builders and readings of when events are, for the tests of their timing. */

/** Words to say in a table when an event is: `2030-05-01 19:00`, either part may be missing. */
export function given(start: string, end: string, timezone: string): GivenTiming {
  const [startDate = '', startTime = ''] = start.split(' ')
  const [, endDate = '', endTime = ''] = /^(\S*-\S*)? ?(\S*)$/.exec(end) ?? []
  return { startDate, startTime, endDate, endTime, allDay: false, timezone }
}

export function resolve(timing: GivenTiming): EventTiming {
  const resolved = resolveTiming(timing)
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.issues))
  return resolved.timing
}

/** What is wrong, a line each. */
export function issues(timing: GivenTiming): string[] {
  const resolved = resolveTiming(timing)
  return resolved.ok ? [] : resolved.issues.map(({ field, message }) => `${field}: ${message}`)
}

export const startOf = ({ startDate, startTime }: EventTiming) => `${startDate} ${startTime}`
export const endOf = ({ endDate, endTime }: EventTiming) => `${endDate} ${endTime}`
export const instant = (ms: number) => new Date(ms).toISOString().slice(0, 16)
