import type { EndpointRow } from '../webhooks/endpoints'
import type { PortalContext } from './context'
import { allEndpoints, isInTrouble } from './webhooks'

/** What of a publisher asks for somebody. */
export type Attention = {
  /** Endpoints that fail, or that we turned off. */
  readonly endpoints: readonly EndpointRow[]
  readonly hasEndpoints: boolean
  /** Bills that failed; more than `MOST_BILLS` aren't counted. */
  readonly failedBills: number
}

const MOST_BILLS = 100

export async function readAttention(ctx: PortalContext): Promise<Attention> {
  const [endpoints, failed] = await Promise.all([
    allEndpoints(ctx),
    ctx.db
      .prepare(
        `SELECT count(*) AS n FROM (SELECT 1 FROM bills WHERE publisher_id = ?1 AND state = 'failed' LIMIT ${MOST_BILLS})`,
      )
      .bind(ctx.publisher.id)
      .first<number>('n'),
  ])
  return {
    endpoints: endpoints.filter(isInTrouble),
    hasEndpoints: endpoints.length > 0,
    failedBills: failed ?? 0,
  }
}
