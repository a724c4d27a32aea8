import ICAL from 'ical.js'
import { type Component, type Line, lineOf } from './components'

/** The values of a line, taken out of it by `ical.js`. What that can't read is null. */

/** A property in jCal (RFC 7265): name, parameters, type, values. */
type Property = readonly [string, Readonly<Record<string, unknown>>, string, ...unknown[]]

function propertyOf({ name, parameters, value }: Line): Property | null {
  try {
    return ICAL.parse.property(`${name}${parameters}:${value}`) as unknown as Property
  } catch {
    return null
  }
}

/** The text of a property, unescaped; '' where there is none. */
export function textOf(component: Component, name: string): string {
  const line = lineOf(component, name)
  const value = line && propertyOf(line)?.[3]
  return typeof value === 'string' ? value : ''
}

/** The texts of a property that may have several, unescaped. */
export function textsOf(line: Line): string[] {
  const [, , , ...values] = propertyOf(line) ?? []
  return values.filter((value) => typeof value === 'string')
}

/** A word of a property, in capitals. */
export function wordOf(component: Component, name: string): string {
  return lineOf(component, name)?.value.trim().toUpperCase() ?? ''
}

/** A parameter of a line, without its quotes; '' where it has none of this name. */
export function parameterOf({ name, parameters }: Line, parameter: string): string {
  if (parameters === '') return ''
  const value = propertyOf({ name, parameters, value: '' })?.[1][parameter.toLowerCase()]
  return typeof value === 'string' ? value : ''
}

/** Weeks and days, which are counted by the calendar, and what is counted by the clock. */
export type Length = { readonly days: number; readonly seconds: number }

/** A DURATION (RFC 5545 3.3.6), negative ones too; null where it is none. */
export function readLength(value: string): Length | null {
  const text = value.trim().toUpperCase()
  if (!/^[+-]?P(?:\d{1,6}[WDTHMS]|T)+$/.test(text)) return null
  try {
    const { weeks, days, hours, minutes, seconds, isNegative } = ICAL.Duration.fromString(text)
    const sign = isNegative ? -1 : 1
    return { days: sign * (weeks * 7 + days), seconds: sign * ((hours * 60 + minutes) * 60 + seconds) }
  } catch {
    return null
  }
}
