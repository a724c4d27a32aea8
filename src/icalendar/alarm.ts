import { textLine } from './text'

/** The VALARM of one alert, which shows `name` (RFC 5545 3.6.6); `''` if the alert is none. */
export function renderAlarm(alert: string, name: string): string {
  const trigger = encodeTrigger(alert)
  if (trigger === '') return ''
  // An alarm must have a description, be it empty.
  const description = textLine('DESCRIPTION', name) || 'DESCRIPTION:\r\n'
  return `BEGIN:VALARM\r\nACTION:DISPLAY\r\n${description}TRIGGER:${trigger}\r\nEND:VALARM\r\n`
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
