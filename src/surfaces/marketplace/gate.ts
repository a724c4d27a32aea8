import type { Handler, Hono, MiddlewareHandler } from 'hono'
import { announceChanges } from '../../changes'
import type { ProvisioningContext } from '../../domain/marketplace/create-company'
import { atHomeOfPath } from '../../domain/marketplace/home-of-path'
import { marketplaceOfPath } from '../../domain/marketplace/marketplaces'
import { required } from '../../env'
import { clock } from '../../platform/clock'
import { sameSecret, sha256Hex } from '../../platform/digest'
import { strictText } from '../../platform/http'
import { comeAgain, mayOpen } from '../../platform/rates'
import { Strangers } from '../../platform/strangers'
import { refuse, unknownMarketplace } from './answers'
import type { MarketplaceCall, MarketplaceEnv } from './environment'

/** Registers a path as it stands and with a last segment that names the marketplace (`marketplace.md` 1, *Paths*). */
export function onPaths(
  app: Hono<MarketplaceEnv>,
  method: 'get' | 'post' | 'delete',
  path: string,
  ...handlers: [MiddlewareHandler<MarketplaceEnv>, ...Handler<MarketplaceEnv>[]]
): void {
  const inBounds = handlers.includes(withCredentials) ? withFewFailures : withFewOpenings
  for (const each of [path, `${path}/:tenant`]) {
    app.on(method.toUpperCase(), each, inBounds, ofMarketplace, ...handlers)
  }
}

/** Whoever needs no credentials may come so often. */
const withFewOpenings: MiddlewareHandler<MarketplaceEnv> = async (c, next) => {
  const isLetIn = await mayOpen(c.env, c.req.raw, 'marketplace', clock.now())
  return isLetIn ? next() : refuse(c, 429, 'Too many requests', comeAgain)
}

/** Clients that gave wrong credentials, or named marketplaces which don't exist. */
const strangers = new Strangers('marketplace')

/** Whoever needs credentials may come until too many were wrong. */
const withFewFailures: MiddlewareHandler<MarketplaceEnv> = async (c, next) => {
  const now = clock.now()
  const given = await sha256Hex(c.req.header('Authorization') ?? '')
  if (strangers.bars(c.req.raw, given, now)) return refuse(c, 429, 'Too many requests', comeAgain)
  await next()
  if (c.get('isKnown')) strangers.passed(c.req.raw, given)
  else await strangers.failed(c.env.FAILED_RATE, c.req.raw, given, now)
}

/** Finds the marketplace that the path means, before anything else is looked at. */
const ofMarketplace: MiddlewareHandler<MarketplaceEnv> = async (c, next) => {
  const encryptionKey = () => required(c.env, 'ENCRYPTION_KEY')
  const tenant = c.req.param('tenant')
  const home = await atHomeOfPath(c.env, tenant)
  if (!home) return unknownMarketplace(c)
  c.env = home
  const db = home.DB.withSession('first-primary')
  const found = await marketplaceOfPath(db, tenant, encryptionKey)
  if (!found) return unknownMarketplace(c)
  c.set('marketplace', found)
  c.set('db', db)
  c.set('now', clock.now())
  return next()
}

/** Lets in who knows the API id and key of the marketplace in the path; those of another don't count. */
export const withCredentials: MiddlewareHandler<MarketplaceEnv> = async (c, next) => {
  const { marketplace } = c.var
  const given = readBasic(c.req.header('Authorization') ?? '')
  const good = `${marketplace.apiId}:${await marketplace.apiKey()}`
  if (!(await sameSecret(given ?? '', good))) {
    return refuse(c, 401, 'Invalid credentials', { 'WWW-Authenticate': 'Basic realm="Daybook"' })
  }
  c.set('isKnown', true)
  return next()
}

/** `user:password` of a Basic header; null where it is none (RFC 7617). */
function readBasic(header: string): string | null {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(header) ?? []
  if (encoded === undefined) return null
  try {
    return strictText(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)))
  } catch {
    return null
  }
}

/** What the domain needs of a request of a marketplace. */
export function provisioningContext(c: MarketplaceCall): ProvisioningContext {
  const { db, now, marketplace } = c.var
  return {
    db,
    now,
    actor: `marketplace:${marketplace.tenant}`,
    encryptionKey: () => required(c.env, 'ENCRYPTION_KEY'),
    inEachWrite: [],
    announce: () => c.executionCtx.waitUntil(announceChanges(c.env)),
  }
}
