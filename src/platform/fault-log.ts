import { reasonOf } from './failures'

/** Logs what is our fault: which surface, and the error's own words, without any value of the request. */
export function logFault(surface: string, error: unknown): void {
  console.error(JSON.stringify({ surface, error: reasonOf(error) }))
}

/** Logs what a surface goes on without: `what` couldn't be done. */
export function logLack(surface: string, what: string, error: unknown): void {
  console.warn(JSON.stringify({ surface, [what]: reasonOf(error) }))
}
