import { DomainError, type FieldIssue } from '../../domain/errors'

/** A list names at most this many values. */
const MAX_VALUES = 100

/**
 * Reads the query of a request (`event-subscriptions.md` 1). Unknown parameters are ignored; what is wrong is
 * gathered and told at once by `check`.
 */
export class Parameters {
  private readonly issues: FieldIssue[] = []

  constructor(private readonly search: URLSearchParams) {}

  static of(url: string): Parameters {
    return new Parameters(new URL(url).searchParams)
  }

  has(name: string): boolean {
    return this.search.has(name)
  }

  /**
   * An array: `[a,b]`, `a,b` or the parameter repeated. Spaces are dropped, duplicates count once, `[]` is empty.
   * null where the parameter is absent.
   */
  list(name: string): string[] | null {
    if (!this.search.has(name)) return null
    const values = this.search.getAll(name).flatMap((text) => {
      const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1] ?? text
      return inner
        .split(',')
        .map((value) => value.trim())
        .filter((value) => value !== '')
    })
    const distinct = [...new Set(values)]
    if (distinct.length > MAX_VALUES) this.tell(name, `Must not have more than ${MAX_VALUES} values.`)
    return distinct
  }

  /**
   * A plain decimal integer from 0; `byDefault` where it is absent. Without a `max` any is good, and what JavaScript
   * can't count is read as the highest that it can.
   */
  integer<D extends number | null>(name: string, byDefault: D, max = Number.POSITIVE_INFINITY): number | D {
    const text = this.search.get(name)
    if (text === null) return byDefault
    const value = /^(0|[1-9]\d*)$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : Number.NaN
    if (value <= max) return value
    this.tell(
      name,
      max < Number.POSITIVE_INFINITY
        ? `Must be a whole number from 0 to ${max}.`
        : 'Must be a whole number from 0.',
    )
    return byDefault
  }

  /** One of some words; `byDefault` where it is absent. */
  word<W extends string, D extends W | null>(name: string, words: readonly W[], byDefault: D): W | D {
    const text = this.search.get(name)
    if (text === null) return byDefault
    const found = words.find((word) => word === text)
    if (found !== undefined) return found
    this.tell(name, `Must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}.`)
    return byDefault
  }

  /** `limit` and `offset`. */
  page(): { limit: number; offset: number } {
    return {
      limit: this.integer('limit', 10, 100),
      offset: this.integer('offset', 0),
    }
  }

  /** `order_by` (by token where one is given and nothing said) and `order_asc`. */
  order(syncToken: number | null): { orderBy: 'creation_date' | 'sync_token'; ascending: boolean } {
    const byDefault = syncToken === null ? 'creation_date' : 'sync_token'
    return {
      orderBy: this.word('order_by', ['creation_date', 'sync_token'], byDefault),
      ascending: this.word('order_asc', ['true', 'false'], 'true') === 'true',
    }
  }

  /** @throws DomainError `invalid` with everything that was wrong so far */
  check(): void {
    if (this.issues.length > 0) throw new DomainError('invalid', this.issues)
  }

  private tell(field: string, message: string): void {
    this.issues.push({ field, message })
  }
}
