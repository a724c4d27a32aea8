/** The VALARM of one alert (RFC 5545 3.6.6), given its DESCRIPTION line; `''` if the alert is none. */
export function renderAlarm(alert: string, description: string): string {
  const trigger = encodeTrigger(alert)
  if (trigger === '') return ''
  return `BEGIN:VALARM\r\nACTION:DISPLAY\r\n${description}TRIGGER:${trigger}\r\nEND:VALARM\r\n`
}

const ALERT = /^(\d{1,3})([MHDW])$/

/** The alerts met so far that are some: their form bounds their number. */
const triggers = new Map<string, string>()

/**
 * An alert such as `15M`, `1H`, `1D` or `1W` as the DURATION before the start at which an alarm fires: `-PT15M`,
 * `-PT1H`, `-P1D`, `-P1W` (RFC 5545 3.3.6, 3.8.6.3). `''` if it is no alert.
 */
export function encodeTrigger(alert: string): string {
  const known = triggers.get(alert)
  if (known !== undefined) return known
  const match = ALERT.exec(alert)
  if (match === null) return ''
  const amount = `${Number(match[1])}${match[2]}`
  const trigger = match[2] === 'M' || match[2] === 'H' ? `-PT${amount}` : `-P${amount}`
  triggers.set(alert, trigger)
  return trigger
}
