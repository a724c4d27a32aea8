/** One occurrence of an event as a calendar app shows it. */
export type Occurrence = {
  readonly summary: string
  /** An instant, `2030-05-01T09:00:00Z`; all-day the first day, `2030-05-01`. */
  readonly start: string
  /** The same of the end; all-day the last day, inclusive. */
  readonly end: string
}

/** In one order, whatever order an app lists them in. */
export function inOrder(occurrences: readonly Occurrence[]): Occurrence[] {
  const key = ({ start, end, summary }: Occurrence) => `${start} ${end} ${summary}`
  return occurrences.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** An instant, given in seconds since 1970. */
export function instant(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
}
