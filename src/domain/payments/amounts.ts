import { moneyText } from '../../objects/money'

/**
 * Money (`payments.md` 1 and 6.1). Inside it is integer cents; outside a JSON number, judged and written by its
 * literal text, never by the double that a parser makes of it.
 */

/** A number of a request's body as it was written. */
export class NumberLiteral {
  constructor(readonly source: string) {}
}

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown
const parse = JSON.parse as (text: string, reviver: Reviver) => unknown

/** A JSON object whose numbers are literals; null for what is not JSON, or no object. */
export function parseJsonObject(text: string): Record<string, unknown> | null {
  try {
    const value = parse(text, (_key, each, context) => {
      return typeof each === 'number' ? new NumberLiteral(context?.source ?? String(each)) : each
    })
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && !(value instanceof NumberLiteral) ? (value as Record<string, unknown>) : null
  } catch {
    // Not JSON, or nested deeper than the stack.
    return null
  }
}

/** The cents of a JSON number's literal; null where it is no amount. Amounts beyond 2^53 cents are out of any range. */
export function centsOf({ source }: NumberLiteral): bigint | null {
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? []
  if (whole === '' || !Number.isFinite(Number(source))) return null
  // With an exponent too: the contract's table refuses `1.2345e2`, though it is a whole number of cents.
  if (fraction.length > 2) return null
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return 0n
  const shift = Number(exponent ?? 0) - fraction.length + 2
  const cents = shift >= 0 ? digits + '0'.repeat(shift) : wholeOf(digits, -shift)
  return cents === null ? null : BigInt(sign + cents)
}

/** Digits without so many zeros at their end; null where there is something else. */
function wholeOf(digits: string, zeros: number): string | null {
  const kept = digits.slice(0, Math.max(0, digits.length - zeros))
  const dropped = digits.slice(kept.length)
  return kept !== '' && /^0*$/.test(dropped) ? kept : null
}

/** `$3000`, `$999.50`: with cents only where there are any. */
export function dollars(cents: number): string {
  return `$${cents % 100 === 0 ? cents / 100 : moneyText(cents)}`
}
