import { type Octets, octetsOf } from './octets'
import { textLine } from './text'

const BEGIN = octetsOf('BEGIN:VALARM\r\nACTION:DISPLAY\r\n')
const DESCRIPTION = octetsOf('DESCRIPTION:')

/** Writes the VALARM of one alert (RFC 5545 3.6.6) of an event with that name; nothing if the alert is none. */
export function writeAlarm(out: Octets, alert: string, name: string): void {
  const end = endOf(alert)
  if (end === undefined) return
  out.copy(BEGIN)
  // An alarm must have a description, be it empty.
  if (!textLine(out, DESCRIPTION, name)) out.line(DESCRIPTION, '')
  out.copy(end)
}

/** The ends of the alarms met so far: the form of alerts bounds their number. */
const ends = new Map<string, Uint8Array>()

function endOf(alert: string): Uint8Array | undefined {
  const known = ends.get(alert)
  if (known !== undefined) return known
  const trigger = encodeTrigger(alert)
  if (trigger === '') return undefined
  const end = octetsOf(`TRIGGER:${trigger}\r\nEND:VALARM\r\n`)
  ends.set(alert, end)
  return end
}

const ALERT = /^(\d{1,3})([MHDW])$/

/**
 * An alert such as `15M`, `1H`, `1D` or `1W` as the DURATION before the start at which an alarm fires: `-PT15M`,
 * `-PT1H`, `-P1D`, `-P1W` (RFC 5545 3.3.6, 3.8.6.3). `''` if it is no alert.
 */
export function encodeTrigger(alert: string): string {
  const match = ALERT.exec(alert)
  if (match === null) return ''
  const amount = `${Number(match[1])}${match[2]}`
  return match[2] === 'M' || match[2] === 'H' ? `-PT${amount}` : `-P${amount}`
}
