import type { Draft } from './request'

/**
 * A request with something wrong in it. `ifAccepted`: why it may be accepted all the same; `by schema`: where what it
 * says is valid by the published schema of its route; left out, it must be refused.
 */
export type Mutation = {
  readonly name: string
  readonly draft: Draft
  readonly ifAccepted?: string | undefined
}

export const BY_SCHEMA = 'by schema'

/** A form without its yes: nothing may change. */
export const ASKS = 'without a yes, the page asks first'

/** Whatever it says. */
export const NOTIFIED = 'a hub hears that its notification arrived (marketplace.md 8.4)'

/** One of them being wrong doesn’t refuse the others. */
export const EACH = 'items of a batch are answered one by one (publisher-api.md 4)'

/** Makes the mutations of a valid request; `at` is the place of its route, so that others come next time. */
export type Mutator = (draft: Draft, at: number) => readonly Mutation[]

export const isJson = ({ headers }: Draft): boolean =>
  /^application\/json/.test(headers['Content-Type'] ?? '')

export const isForm = ({ headers }: Draft): boolean =>
  headers['Content-Type'] === 'application/x-www-form-urlencoded'

/** The body's text. */
export const textOf = ({ body }: Draft): string => (typeof body === 'string' ? body : '')
