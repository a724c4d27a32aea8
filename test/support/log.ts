import { env } from 'cloudflare:workers'

/** A row of the change log, as a test looks at it. */
export type LogRow = {
  seq: number
  publisher_id: number
  stream: string
  op: string
  entity_id: string
  actor: string
  at: number
  message: string | null
  payload: string | null
  dispatched: number
}

/** The rows of the log above a seq, in order. */
export async function logSince(seq: number): Promise<LogRow[]> {
  const { results } = await env.DB.prepare('SELECT * FROM changes WHERE seq > ? ORDER BY seq')
    .bind(seq)
    .all<LogRow>()
  return results
}

/** The highest seq there is. */
export async function logHead(): Promise<number> {
  return (await env.DB.prepare('SELECT coalesce(max(seq), 0) AS seq FROM changes').first<number>('seq')) ?? 0
}
