import { base64url } from 'jose'
import { AlreadyThere, type Database } from '../../platform/d1'
import { sameSecret, sha256Hex } from '../../platform/digest'
import { commit, type Publisher, type TenancyContext } from '../context'
import { DomainError } from '../errors'
import { type PublisherRow, publisherColumns, toPublisher } from '../publishers'
import type { Scope } from './scopes'

/** How many requests a client may make in a window of so many seconds. */
export type ClientRate = { readonly limit: number; readonly windowSeconds: number }

/** What a client may do (`payments.md` 2.1). */
export type ClientRights = {
  /** In the order in which its tokens name them. */
  readonly scopes: readonly Scope[]
  /** Ids of the businesses that it may reach; null = every one of the publisher, now and later. */
  readonly businesses: readonly string[] | null
  /** null = the deployment's default. */
  readonly rateLimit: ClientRate | null
}

export type NewClient = ClientRights & {
  /** How the external issuer's tokens name it; null = they don't. */
  readonly externalClientId: string | null
}

/** A client that exists and is not revoked. */
export type Client = ClientRights & {
  readonly clientId: string
  readonly publisher: Publisher
  /** Whether the publisher's company has ended (`marketplace.md` 7). */
  readonly cancelled: boolean
}

/**
 * Makes a client of a publisher. The secret, 256 random bits in base64url, is shown this once.
 * @throws DomainError `not_found` (no such publisher), `already_exists` (a live client has this `externalClientId`)
 */
export async function createClient(
  ctx: TenancyContext,
  publisherId: number,
  values: NewClient,
): Promise<{ clientId: string; clientSecret: string }> {
  const clientId = crypto.randomUUID()
  const clientSecret = base64url.encode(crypto.getRandomValues(new Uint8Array(32)))
  const insert = ctx.db
    .prepare(
      `INSERT INTO clients
         (client_id, publisher_id, secret_hash, scopes, businesses, rate_limit, external_client_id, created_at)
       SELECT ?1, p.id, ?2, ?3, ?4, ?5, ?6, ?7 FROM publishers p WHERE p.id = ?8 RETURNING client_id`,
    )
    .bind(
      clientId,
      await sha256Hex(clientSecret),
      JSON.stringify(values.scopes),
      values.businesses && JSON.stringify(values.businesses),
      values.rateLimit && JSON.stringify(values.rateLimit),
      values.externalClientId,
      ctx.now,
      publisherId,
    )
  try {
    const [inserted] = await commit(ctx, [insert])
    if (inserted?.results.length === 0) throw new DomainError('not_found')
  } catch (error) {
    if (error instanceof AlreadyThere) throw new DomainError('already_exists')
    throw error
  }
  return { clientId, clientSecret }
}

/** Revokes a client, and with it its live tokens; repeated, it is still revoked. @throws DomainError `not_found` */
export async function revokeClient(
  ctx: TenancyContext,
  publisherId: number,
  clientId: string,
): Promise<void> {
  const [revoked] = await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE clients SET revoked_at = coalesce(revoked_at, ?1)
         WHERE publisher_id = ?2 AND client_id = ?3 RETURNING client_id`,
      )
      .bind(ctx.now, publisherId, clientId),
  ])
  if (revoked?.results.length === 0) throw new DomainError('not_found')
}

/**
 * The client whose secret this is; null for an unknown or revoked one, one of a cancelled company and a wrong
 * secret, after the same work.
 */
export async function authenticateClient(
  db: Database,
  clientId: string,
  secret: string,
): Promise<Client | null> {
  const row = await db.prepare(liveClient('c.client_id = ?')).bind(clientId).first<ClientRow>()
  const good = await sameSecret(await sha256Hex(secret), row?.secret_hash ?? '')
  if (!row || !good || row.cancelled_at !== null) return null
  return toClient(row)
}

/** SQL of the client that is not revoked and fulfils a condition on `clients c`. */
export function liveClient(condition: string): string {
  return `SELECT c.client_id, c.secret_hash, c.scopes, c.businesses, c.rate_limit, ${publisherColumns}
    FROM clients c JOIN publishers p ON p.id = c.publisher_id WHERE ${condition} AND c.revoked_at IS NULL`
}

export type ClientRow = PublisherRow & {
  client_id: string
  secret_hash: string
  scopes: string
  businesses: string | null
  rate_limit: string | null
}

export function toClient(row: ClientRow): Client {
  return {
    clientId: row.client_id,
    publisher: toPublisher(row),
    cancelled: row.cancelled_at !== null,
    scopes: JSON.parse(row.scopes),
    businesses: row.businesses === null ? null : JSON.parse(row.businesses),
    rateLimit: row.rate_limit === null ? null : JSON.parse(row.rate_limit),
  }
}
