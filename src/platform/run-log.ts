import { type CountedRows, countingEnv } from './counted-rows'
import { reasonOf, withoutValues } from './failures'

/**
 * One line of JSON in the log for each run that is no request: of a queue's consumer, a cron, an object's alarm. As
 * that of a request (`request-log.ts`) it has ids and counts, and nothing that anybody sent.
 */

type RunSettings = { readonly DB: D1Database; readonly REQUEST_LOG?: string }

/** Which run it is, and what else is known before it begins. */
type Run = {
  readonly run: 'queue' | 'cron' | 'alarm'
  readonly name: string
  readonly [more: string]: string | number
}

/**
 * Runs `work`, which gets a database that counts rows, and what adds figures to the line. What goes wrong is told in
 * it, and thrown on. `failures`: what goes well has no line.
 */
export async function loggedRun<E extends RunSettings>(
  env: E,
  run: Run,
  work: (env: E, tell: (more: Record<string, number>) => void) => Promise<void>,
  which: 'all' | 'failures' = 'all',
): Promise<void> {
  if (env.REQUEST_LOG === 'off') return work(env, () => {})
  const rows: CountedRows = { rowsRead: 0, rowsWritten: 0 }
  const told: Record<string, number> = {}
  const startedAt = Date.now()
  const line = () => {
    const ms = Date.now() - startedAt
    return { ...run, ...told, ms, rows: rows.rowsRead, rowsWritten: rows.rowsWritten }
  }
  try {
    await work(countingEnv(env, rows), (more) => Object.assign(told, more))
  } catch (error) {
    console.error(JSON.stringify({ ...line(), error: reasonOf(error) }))
    // The platform tells what is thrown in its own log.
    throw withoutValues(error)
  }
  if (which === 'all') console.log(JSON.stringify(line()))
}
