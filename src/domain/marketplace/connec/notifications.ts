import { reasonOf, throwFirst } from '../../../platform/failures'
import { findCompany } from '../companies'
import { logEntry } from '../log'
import type { Marketplace } from '../marketplaces'
import { applyEntities } from './apply'
import { type Collection, collections, type Entity, isEntity } from './entity'
import { tellSkipped } from './import'
import { type Sharing, type SharingContext, sharing } from './sharing'

/** Entities of one group and collection, as a notification brings them. */
type Told = { readonly collection: string; readonly groupUid: string; readonly entities: Entity[] }

/**
 * Takes a notification of a marketplace's data hub (`marketplace.md` 8.4): collection → entity or entities, each with
 * its own group. What can't be used is logged, and harms nothing else.
 * @returns publishers whose records changed
 */
export async function takeNotification(
  ctx: SharingContext,
  marketplace: Marketplace,
  body: unknown,
): Promise<number[]> {
  if (!isEntity(body)) {
    await tell(ctx, marketplace, 'malformed', '', 'it is no JSON object')
    return []
  }
  const changed = new Set<number>()
  for (const told of grouped(body)) {
    try {
      const publisherId = await takeOne(ctx, marketplace, told)
      if (publisherId !== null) changed.add(publisherId)
    } catch (error) {
      const why = reasonOf(error)
      await tell(ctx, marketplace, 'failed', told.groupUid, `${told.collection}: ${why}`)
    }
  }
  return [...changed]
}

/** Entities by collection and group, in the order of the collections' import: invoices need their people. */
function grouped(body: Entity): Told[] {
  const known: readonly string[] = collections
  const place = (collection: string) => {
    const at = known.indexOf(collection)
    return at === -1 ? known.length : at
  }
  const told = new Map<string, Told>()
  for (const [collection, value] of Object.entries(body)) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const entity = isEntity(each) ? each : {}
      const groupUid = typeof entity.group_id === 'string' ? entity.group_id : ''
      const key = JSON.stringify([collection, groupUid])
      const of = told.get(key) ?? { collection, groupUid, entities: [] }
      of.entities.push(entity)
      told.set(key, of)
    }
  }
  return [...told.values()].sort((a, b) => place(a.collection) - place(b.collection))
}

/** Entities that one commit takes. */
const AT_ONCE = 100

async function takeOne(
  ctx: SharingContext,
  marketplace: Marketplace,
  { collection, groupUid, entities }: Told,
): Promise<number | null> {
  const shared = await sharingOfGroup(ctx, marketplace, collection, groupUid)
  if (typeof shared === 'string') {
    await tell(ctx, marketplace, 'ignored', groupUid, `${collection}: ${shared}`)
    return null
  }
  const taken = collection as Collection
  for (let at = 0; at < entities.length; at += AT_ONCE) {
    await eachAlone(shared, taken, entities.slice(at, at + AT_ONCE))
  }
  return shared.company.publisherId
}

/** Applies entities together; where the database can't take them so, one by one, so that a bad one harms no other. */
async function eachAlone(
  shared: Sharing,
  collection: Collection,
  entities: readonly Entity[],
): Promise<void> {
  const { acting, company } = shared
  try {
    await applyEntities(acting, company, collection, entities, (skipped) =>
      tellSkipped(shared, collection, skipped),
    )
  } catch (error) {
    if (entities.length <= 1) throw error
    const half = Math.ceil(entities.length / 2)
    const halves = [entities.slice(0, half), entities.slice(half)]
    throwFirst(await Promise.allSettled(halves.map((each) => eachAlone(shared, collection, each))))
  }
}

/** The company that a notification is for, or why it is ignored. */
async function sharingOfGroup(
  ctx: SharingContext,
  marketplace: Marketplace,
  collection: string,
  groupUid: string,
): Promise<Sharing | string> {
  const { connec, webhooks } = marketplace
  const subscriptions: Record<string, boolean> = webhooks.subscriptions
  if (!connec || !(Object.hasOwn(subscriptions, collection) && subscriptions[collection])) {
    return 'the collection is not subscribed'
  }
  if (groupUid === '') return 'it has no group_id'
  const company = await findCompany(ctx.db, marketplace.tenant, groupUid)
  if (company?.status !== 'active') return 'there is no such active group'
  return (await sharing(ctx, company, marketplace, connec)) ?? 'there is no such active group'
}

async function tell(
  ctx: SharingContext,
  { tenant }: Marketplace,
  code: string,
  groupUid: string,
  detail: string,
): Promise<void> {
  await logEntry(ctx.db, {
    at: ctx.now(),
    tenant,
    kind: 'connec',
    code,
    groupUid: groupUid.slice(0, 200),
    detail,
  }).run()
}
