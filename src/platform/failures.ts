/**
 * What an error may say in the log. The query builder puts the values of a failed statement into its message, and a
 * parser a piece of what it read: neither is ours to tell.
 */
export function reasonOf(error: unknown): string {
  const bare = withoutValues(error)
  if (!(bare instanceof Error)) return 'unknown'
  return bare instanceof SyntaxError ? 'a text could not be read' : bare.message
}

/** The error itself; of a failed statement the database's own one. */
export function withoutValues(error: unknown): unknown {
  return error instanceof Error && error.message.startsWith('Failed query:')
    ? (error.cause ?? new Error('a query failed'))
    : error
}

/** Throws what the first of several that ran side by side failed with, if any did: once all have ended. */
export function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) throw failed.reason
}
