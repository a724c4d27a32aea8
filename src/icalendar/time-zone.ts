import { tzlib_get_ical_block, tzlib_get_timezones } from 'timezones-ical-library'
import { readObservances } from './observances'
import { renderVtimezone } from './vtimezone'
import { type ZoneRules, zoneRules } from './zone-rules'

/** A zone for which there is a usable VTIMEZONE: its text, and the rules that this text says. */
export type TimeZone = {
  readonly name: string
  readonly vtimezone: Uint8Array
  readonly rules: ZoneRules
  /** What `steadyOffset` found out: offsets by the number of the span, NaN where there isn't one. */
  readonly steadySpans: Map<number, number>
}

const UTC_NAMES: ReadonlySet<string> = new Set([
  ...['UTC', 'UCT', 'Universal', 'Zulu', 'Etc/UTC', 'Etc/UCT', 'Etc/Universal', 'Etc/Zulu'],
  ...['GMT', 'GMT0', 'GMT+0', 'GMT-0', 'Greenwich'],
  ...['Etc/GMT', 'Etc/GMT0', 'Etc/GMT+0', 'Etc/GMT-0', 'Etc/Greenwich'],
])

/** Whether a zone is UTC under one of its names, so that its times are written `…Z` (RFC 5545 3.3.5, form 2). */
export function isUtc(zone: string): boolean {
  return UTC_NAMES.has(zone)
}

const zones = new Map<string, TimeZone | undefined>()
let libraryNames: ReadonlySet<string> | undefined

/** The zone of an IANA name, aliases too, under just that name; undefined if the library has no usable block. */
export function findTimeZone(name: string): TimeZone | undefined {
  const known = zones.get(name)
  if (known !== undefined || zones.has(name)) return known
  libraryNames ??= new Set(tzlib_get_timezones())
  // Names that the library doesn't know aren't kept: nothing bounds their number.
  if (!libraryNames.has(name)) return undefined
  const zone = loadTimeZone(name)
  zones.set(name, zone)
  return zone
}

function loadTimeZone(name: string): TimeZone | undefined {
  const [block] = tzlib_get_ical_block(name)
  const observances = readObservances(block ?? '')
  if (observances === undefined) return undefined
  const vtimezone = renderVtimezone(name, observances)
  return { name, vtimezone, rules: zoneRules(observances), steadySpans: new Map() }
}
