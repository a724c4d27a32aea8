import { webhookEndpoints } from '../../db/schema'
import { GuardBroken, guardAgainst, type Row } from '../../platform/d1'
import { isId, newId } from '../../platform/ids'
import { seal } from '../../platform/sealed'
import { disableEndpoint, type EndpointRow, secretOf } from '../../webhooks/endpoints'
import { ecalTypes } from '../../webhooks/message-types'
import { newSecret } from '../../webhooks/signing'
import { fromColumns, toColumns } from '../columns'
import { type Context, commit } from '../context'
import { DomainError, invalid } from '../errors'

export type { EndpointRow }

/** A publisher has at most this many endpoints (`webhooks.md` 1). */
export const MAX_ENDPOINTS = 50

const HOUR_MS = 3_600_000

/** What a client decides of an endpoint, beside its secrets. */
export type EndpointValues = Pick<EndpointRow, 'url' | 'events' | 'format' | 'description' | 'active'>

/** Secrets to store: left out they stay, null removes. */
export type EndpointSecrets = { readonly encryptionSecret?: string | null | undefined }

/** The seq of the latest change: only what is committed after it is meant for an endpoint made now. */
const HEAD = '(SELECT coalesce(max(seq), 0) FROM changes)'

/** SQL that moves an endpoint's time on, also for two changes in one millisecond. */
const MODIFIED_AT = (now: string) => `modified_at = max(${now}, modified_at + 1)`

/** An endpoint of the publisher. @throws DomainError `not_found` */
export async function readEndpoint(ctx: Context, id: string): Promise<EndpointRow> {
  const row = isId(id)
    ? await ctx.db
        .prepare('SELECT * FROM webhook_endpoints WHERE id = ? AND publisher_id = ?')
        .bind(id, ctx.publisher.id)
        .first<Row>()
    : null
  if (!row) throw new DomainError('not_found')
  return fromColumns<EndpointRow>(webhookEndpoints, row)
}

/** Endpoints, oldest first. `page` counts from 1. */
export async function listEndpoints(ctx: Context, { page, limit }: { page: number; limit: number }) {
  const { results } = await ctx.db
    .prepare(
      'SELECT * FROM webhook_endpoints WHERE publisher_id = ? ORDER BY created_at, rowid LIMIT ? OFFSET ?',
    )
    .bind(ctx.publisher.id, limit, (page - 1) * limit)
    .all<Row>()
  return results.map((row) => fromColumns<EndpointRow>(webhookEndpoints, row))
}

/** Makes an endpoint, under `id` where one is given; the secret is told this once. @throws DomainError `invalid` for the 51st */
export async function createEndpoint(
  ctx: Context,
  values: EndpointValues,
  {
    secret = newSecret(),
    encryptionSecret,
    id = newId(),
  }: EndpointSecrets & { readonly secret?: string | undefined; readonly id?: string },
): Promise<{ endpoint: EndpointRow; secret: string }> {
  const row = toColumns(webhookEndpoints, {
    ...values,
    id,
    publisherId: ctx.publisher.id,
    ...(values.active ? {} : { disabledReason: 'manual', disabledAt: ctx.now }),
    secretSealed: await seal(ctx.encryptionKey(), secret, secretOf(id)),
    encryptionSecretSealed: encryptionSecret
      ? await seal(ctx.encryptionKey(), encryptionSecret, secretOf(id))
      : null,
    createdAt: ctx.now,
    modifiedAt: ctx.now,
  })
  const names = Object.keys(row)
  const count = '(SELECT count(*) FROM webhook_endpoints WHERE publisher_id = ?1)'
  const [inserted] = await commit(ctx, [
    ctx.db
      .prepare(
        `INSERT INTO webhook_endpoints (${names.join(', ')}, since_seq)
         SELECT ${names.map((_, at) => `?${at + 2}`).join(', ')}, ${HEAD} WHERE ${count} < ${MAX_ENDPOINTS} RETURNING id`,
      )
      .bind(ctx.publisher.id, ...Object.values(row)),
  ])
  if (inserted?.results.length === 0)
    throw invalid('url', `A publisher has at most ${MAX_ENDPOINTS} endpoints.`)
  return { endpoint: await readEndpoint(ctx, id), secret }
}

/**
 * Changes the given fields of an endpoint. Enabling one again clears its notice, and it gets what is committed from
 * then on; disabling ends what waits for it.
 * @throws DomainError `not_found`
 */
export async function changeEndpoint(
  ctx: Context,
  id: string,
  values: Partial<EndpointValues>,
  { encryptionSecret }: EndpointSecrets,
): Promise<EndpointRow> {
  await readEndpoint(ctx, id)
  const { active, ...rest } = values
  const given = toColumns(webhookEndpoints, {
    ...rest,
    ...(encryptionSecret === undefined
      ? {}
      : {
          encryptionSecretSealed:
            encryptionSecret && (await seal(ctx.encryptionKey(), encryptionSecret, secretOf(id))),
        }),
  })
  const names = Object.keys(given)
  const set = [...names.map((name, at) => `${name} = ?${at + 4}`), MODIFIED_AT('?1')].join(', ')
  const [changed] = await orInvalid(
    commit(ctx, [
      ctx.db
        .prepare(`UPDATE webhook_endpoints SET ${set} WHERE id = ?2 AND publisher_id = ?3 RETURNING id`)
        .bind(ctx.now, id, ctx.publisher.id, ...Object.values(given)),
      // Two changes at once may each fit what they saw, and not each other.
      guardAgainst(
        ctx.db,
        `EXISTS (SELECT 1 FROM webhook_endpoints e, json_each(e.events) t WHERE e.id = ?1 AND e.format = 'ecal'
               AND t.value NOT IN (SELECT value FROM json_each(?2)))
       OR EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.id = ?1 AND e.format = 'standard' AND e.encryption_secret_sealed IS NOT NULL)`,
        id,
        JSON.stringify(ecalTypes),
      ),
      ...(active === true ? [enableEndpoint(ctx, id)] : []),
      ...(active === false ? disableEndpoint(ctx.db, id, 'manual', ctx.now) : []),
    ]),
  )
  if (changed?.results.length === 0) throw new DomainError('not_found')
  return readEndpoint(ctx, id)
}

async function orInvalid<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing
  } catch (error) {
    if (error instanceof GuardBroken)
      throw invalid('format', 'Must fit the events and the encryption secret.')
    throw error
  }
}

function enableEndpoint(ctx: Context, id: string): D1PreparedStatement {
  return ctx.db
    .prepare(
      `UPDATE webhook_endpoints SET since_seq = iif(active = 1, since_seq, ${HEAD}), active = 1, disabled_reason = '',
         disabled_at = NULL, failing_since = NULL, notice = NULL, notice_at = NULL WHERE id = ? AND publisher_id = ?`,
    )
    .bind(id, ctx.publisher.id)
}

/** Deletes an endpoint and what waits for it. @throws DomainError `not_found` */
export async function deleteEndpoint(ctx: Context, id: string): Promise<void> {
  const owned = 'EXISTS (SELECT 1 FROM webhook_endpoints WHERE id = ?1 AND publisher_id = ?2)'
  const results = await commit(ctx, [
    ...['webhook_attempts', 'webhook_deliveries'].map((table) =>
      ctx.db.prepare(`DELETE FROM ${table} WHERE endpoint_id = ?1 AND ${owned}`).bind(id, ctx.publisher.id),
    ),
    ctx.db
      .prepare('DELETE FROM webhook_endpoints WHERE id = ? AND publisher_id = ? RETURNING id')
      .bind(id, ctx.publisher.id),
  ])
  if (results.at(-1)?.results.length === 0) throw new DomainError('not_found')
}

/**
 * Gives an endpoint a new secret; for `overlapHours` the present one signs too (a still older one no more).
 * @throws DomainError `not_found`
 */
export async function rotateSecret(
  ctx: Context,
  id: string,
  { secret = newSecret(), overlapHours }: { secret?: string | undefined; overlapHours: number },
): Promise<{ endpoint: EndpointRow; secret: string }> {
  const [rotated] = await commit(ctx, [
    ctx.db
      .prepare(
        `UPDATE webhook_endpoints SET former_secret_sealed = secret_sealed, former_secret_until = ?1,
           secret_sealed = ?2, ${MODIFIED_AT('?3')} WHERE id = ?4 AND publisher_id = ?5 RETURNING id`,
      )
      .bind(
        ctx.now + overlapHours * HOUR_MS,
        await seal(ctx.encryptionKey(), secret, secretOf(id)),
        ctx.now,
        id,
        ctx.publisher.id,
      ),
  ])
  if (rotated?.results.length === 0) throw new DomainError('not_found')
  return { endpoint: await readEndpoint(ctx, id), secret }
}
