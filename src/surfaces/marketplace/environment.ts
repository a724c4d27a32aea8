import type { Context as HonoContext } from 'hono'
import type { Marketplace } from '../../domain/marketplace/marketplaces'
import type { Env } from '../../env'
import type { Database } from '../../platform/d1'

export type MarketplaceEnv = {
  Bindings: Env
  Variables: {
    /** The one that the path means: it is enabled. */
    marketplace: Marketplace
    /** A session at the primary. */
    db: Database
    now: number
    /** Whether the caller's credentials are those of the marketplace. */
    isKnown?: true
  }
}

/** A request to this surface, once its marketplace is found. */
export type MarketplaceCall = HonoContext<MarketplaceEnv>
