const dateTime = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/

/**
 * An `xs:dateTime` with its zone as epoch milliseconds, finer parts cut off; NaN for anything else, and for null. NaN
 * is on no side of any instant: a comparison that must hold fails.
 */
export function parseInstant(text: string | null): number {
  const [, seconds, fraction, zone] = dateTime.exec(text?.trim() ?? '') ?? []
  if (seconds === undefined) return Number.NaN
  return Date.parse(`${seconds}.${(fraction ?? '').slice(0, 3).padEnd(3, '0')}${zone}`)
}
