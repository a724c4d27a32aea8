import { logFault } from '../../platform/fault-log'
import type { MarketplaceCall } from './environment'

type RefusalStatus = 400 | 401 | 404 | 405 | 408 | 413 | 429 | 500

/** An error as a hub reads it: one sentence. */
export function refuse(
  c: MarketplaceCall,
  status: RefusalStatus,
  error: string,
  headers: Record<string, string> = {},
): Response {
  return c.json({ error }, status, { 'Cache-Control': 'no-store', ...headers })
}

/** Unknown and disabled marketplaces look alike. */
export function unknownMarketplace(c: MarketplaceCall): Response {
  return refuse(c, 404, 'Unknown marketplace')
}

export function answerError(error: unknown, c: MarketplaceCall): Response {
  logFault('marketplace', error)
  return refuse(c, 500, 'Something went wrong on our side')
}
