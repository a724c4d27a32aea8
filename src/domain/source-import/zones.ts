import { findIana } from 'windows-iana'
import { canonicalTimeZone, zoneOffsetMs } from '../../platform/time-zone'
import type { Component } from './components'
import { textOf } from './values'
import { type OffsetsOf, readRules } from './zone-rules'

/**
 * What the time zones of a calendar's text mean. Programs name them as they like (`Europe/Berlin`, `W. Europe Standard
 * Time`, `/example.org/20240101/Europe/Berlin`, `Customized Time Zone`); an event needs an IANA name.
 */
export type Zone =
  | { readonly kind: 'named'; readonly name: string }
  /** A zone like no other: its times are exact, as instants. */
  | { readonly kind: 'own'; readonly offsetOf: OffsetsOf }
  | { readonly kind: 'unknown' }

export type Zones = (tzid: string) => Zone

/** Zones that are told by their rules alone, at most: each costs a comparison with many. */
const MAX_OWN = 20

/**
 * The zones of a calendar with these VTIMEZONEs. One that has no known name is taken for the first of `likely`, or of
 * the zones of the world, whose clock it shares in this year and the next. `now` is epoch milliseconds.
 */
export function zonesOf(blocks: readonly Component[], likely: readonly string[], now: number): Zones {
  const known = new Map<string, Zone>()
  const byName = new Map(blocks.map((block) => [textOf(block, 'TZID'), block]))
  let own = 0
  return (tzid) => {
    const found = known.get(tzid)
    if (found) return found
    const block = byName.get(tzid)
    const name = knownName(tzid) ?? (block ? knownName(textOf(block, 'X-LIC-LOCATION')) : null)
    let zone: Zone = name === null ? { kind: 'unknown' } : { kind: 'named', name }
    if (name === null && block && own++ < MAX_OWN) zone = byRules(block, likely, now)
    known.set(tzid, zone)
    return zone
  }
}

/** The zone that a name means; null where it is none that is known. */
function knownName(tzid: string): string | null {
  const name = tzid.trim()
  if (name === '' || name.length > 200) return null
  const parts = name.split('/').filter((part) => part !== '')
  const ends = [parts.slice(-3), parts.slice(-2), parts.slice(-1)].map((end) => end.join('/'))
  for (const candidate of [name, ...ends]) {
    const zone = canonicalTimeZone(candidate.replaceAll(' ', '_')) ?? ofWindows(candidate)
    if (zone !== null) return zone
  }
  return null
}

function ofWindows(name: string): string | null {
  const [zone] = findIana(name)
  return zone === undefined ? null : canonicalTimeZone(zone)
}

/** Clocks that tell zones of the world apart; whole hours first, which have names of their own. */
const clocks = [
  ...['UTC', ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].flatMap((n) => [`Etc/GMT-${n}`, `Etc/GMT+${n}`])],
  ...['Europe/London', 'Europe/Berlin', 'Europe/Athens', 'Europe/Chisinau', 'Africa/Cairo', 'Asia/Beirut'],
  ...['Asia/Jerusalem', 'Africa/Casablanca', 'Atlantic/Azores', 'America/Nuuk', 'America/St_Johns'],
  ...['America/Halifax', 'America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'],
  ...['America/Anchorage', 'America/Adak', 'America/Havana', 'America/Santiago', 'America/Asuncion'],
  ...['Asia/Tehran', 'Asia/Kabul', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Yangon', 'Australia/Eucla'],
  ...[
    'Australia/Darwin',
    'Australia/Adelaide',
    'Australia/Sydney',
    'Australia/Lord_Howe',
    'Pacific/Auckland',
  ],
  ...['Pacific/Chatham', 'Pacific/Norfolk', 'Pacific/Easter', 'Pacific/Marquesas', 'Pacific/Tongatapu'],
]

function byRules(block: Component, likely: readonly string[], now: number): Zone {
  const offsetOf = readRules(block)
  if (offsetOf === null) return { kind: 'unknown' }
  const year = new Date(now).getUTCFullYear()
  const days = Array.from({ length: 48 }, (_, n) => Date.UTC(year, Math.floor(n / 2), n % 2 ? 15 : 1, 12))
  const isSame = (zone: string) =>
    days.every((day) => zoneOffsetMs(day - offsetOf(day), zone) === offsetOf(day))
  const name = [...likely, ...clocks].find((zone) => canonicalTimeZone(zone) !== null && isSame(zone))
  return name === undefined ? { kind: 'own', offsetOf } : { kind: 'named', name }
}
