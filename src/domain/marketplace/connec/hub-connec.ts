import { callHub, type HubAnswer } from '../../../hub/call'
import { errorsOf, isGood, memberOf, type Outcome, type Sent, unknown } from '../hub-answers'
import type { Marketplace } from '../marketplaces'
import { type Collection, connecIdOf, type Entity, isEntity, versionOf } from './entity'

/** The data hub of a company's marketplace (`marketplace.md` 8): what was asked, and what its answer means. */

export type DataHub = Pick<Marketplace, 'apiId' | 'apiKey'> & {
  readonly connec: NonNullable<Marketplace['connec']>
  readonly groupUid: string
}

const TIMEOUT_MS = 10_000
const MEDIA_TYPE = 'application/vnd.api+json'

/** Entities that one page has at most. */
export const A_PAGE = 100

async function call(
  hub: DataHub,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: Record<string, unknown>,
): Promise<HubAnswer> {
  const { host, basePath, externalIds } = hub.connec
  return callHub({
    method,
    url: `${host}${basePath}/${encodeURIComponent(hub.groupUid)}/${path}`,
    credentials: { apiId: hub.apiId, apiKey: await hub.apiKey() },
    mediaType: MEDIA_TYPE,
    headers: externalIds ? { 'CONNEC-EXTERNAL-IDS': 'true' } : {},
    timeoutMs: TIMEOUT_MS,
    ...(body ? { body } : {}),
  })
}

/** A page of a collection; null where this hub has no such collection. */
export type Page = {
  readonly entities: readonly Entity[]
  readonly hasNext: boolean
  readonly total: number | null
} | null

/** Reads a page, oldest entities first. */
export async function readPage(hub: DataHub, collection: Collection, skip: number): Promise<Outcome<Page>> {
  const query = `$top=${A_PAGE}&$skip=${skip}&$orderby=${encodeURIComponent('created_at asc')}`
  const answer = await call(hub, 'GET', `${collection}?${query}`)
  if (answer.answered && (answer.status === 400 || answer.status === 404))
    return { kind: 'done', value: null }
  if (!answer.answered || !isGood(answer)) return unknown(answer)
  const list = memberOf(answer.body, collection)
  if (!Array.isArray(list)) return unknown(answer)
  const pagination = memberOf(answer.body, 'pagination')
  const total = memberOf(pagination, 'total')
  return {
    kind: 'done',
    value: {
      entities: list.map((each: unknown) => (isEntity(each) ? each : {})),
      // Never an address of the hub's choosing: our credentials would follow it.
      hasNext: isEntity(pagination) ? Boolean(pagination.next) : list.length === A_PAGE,
      total: typeof total === 'number' && Number.isSafeInteger(total) && total >= 0 ? total : null,
    },
  }
}

/** An entity at the hub, as far as it matters: its id, and its version where the hub tells one. */
export type Kept = { readonly connecId: string; readonly version: number | null }

/** Looks for an entity that an earlier attempt may have created. */
export async function findByCode(
  hub: DataHub,
  collection: Collection,
  code: string,
): Promise<Outcome<Kept | null>> {
  const answer = await call(hub, 'GET', `${collection}?$filter=${encodeURIComponent(`code eq '${code}'`)}`)
  if (!answer.answered || !isGood(answer)) return unknown(answer)
  const list = memberOf(answer.body, collection)
  if (!Array.isArray(list)) return unknown(answer)
  const found = list.filter(isEntity).find((each) => each.code === code)
  if (!found) return { kind: 'done', value: null }
  const connecId = connecIdOf(found.id)
  return connecId === null
    ? unknown(answer)
    : { kind: 'done', value: { connecId, version: versionOf(found) } }
}

/** Creates an entity. A conflict says nothing for certain. */
export async function postEntity(
  hub: DataHub,
  collection: Collection,
  fields: Record<string, unknown>,
): Promise<Sent<Kept>> {
  const answer = await call(hub, 'POST', collection, { [collection]: fields })
  if (answer.answered && [400, 404, 422].includes(answer.status)) {
    return { kind: 'refused', why: errorsOf(answer) }
  }
  if (!answer.answered || !isGood(answer)) return unknown(answer)
  const kept = keptIn(answer.body, collection)
  return kept ? { kind: 'done', value: kept } : unknown(answer)
}

/** Updates an entity; null where the hub doesn't know it any more. */
export async function putEntity(
  hub: DataHub,
  collection: Collection,
  connecId: string,
  fields: Record<string, unknown>,
): Promise<Sent<{ readonly version: number | null } | null>> {
  const path = `${collection}/${encodeURIComponent(connecId)}`
  const answer = await call(hub, 'PUT', path, { [collection]: fields })
  if (answer.answered && answer.status === 404) return { kind: 'done', value: null }
  if (answer.answered && [400, 422].includes(answer.status)) return { kind: 'refused', why: errorsOf(answer) }
  if (!answer.answered || !isGood(answer)) return unknown(answer)
  return { kind: 'done', value: { version: keptIn(answer.body, collection)?.version ?? null } }
}

/** The one entity that an answer holds, alone or in a list. */
function keptIn(body: unknown, collection: Collection): Kept | null {
  const held = memberOf(body, collection)
  const entity: unknown = Array.isArray(held) ? held[0] : held
  if (!isEntity(entity)) return null
  const connecId = connecIdOf(entity.id)
  return connecId === null ? null : { connecId, version: versionOf(entity) }
}
