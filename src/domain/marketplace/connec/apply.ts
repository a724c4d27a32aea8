import { anew } from '../../anew'
import type { Context } from '../../context'
import type { Company } from '../companies'
import { applyEvents } from './apply-events'
import { applyInvoices } from './apply-invoices'
import { applyPeople } from './apply-people'
import type { Collection, Entity } from './entity'
import { readIncoming, type Skipped } from './incoming'

/**
 * Applies entities of one collection to a company's records (`marketplace.md` 8.1): those known are updated where they
 * are newer, others created, in one commit, with `also` in it. Of several at once that bring the same entity one
 * creates it, and the others find it. Actor is the marketplace, so that nothing is sent back to it.
 * @returns entities that can't be used, and why
 */
export async function applyEntities(
  ctx: Context,
  company: Company,
  collection: Collection,
  entities: readonly Entity[],
  also: (skipped: readonly Skipped[], write: string) => D1PreparedStatement[] = () => [],
): Promise<readonly Skipped[]> {
  const { incoming, skipped } = readIncoming(entities)
  let all: readonly Skipped[] = skipped
  const withAll = (more: readonly Skipped[], write: string) => {
    all = [...skipped, ...more]
    return also(all, write)
  }
  await anew(async () => {
    if (collection === 'people') return applyPeople(ctx, incoming, withAll)
    if (collection === 'events') return applyEvents(ctx, company, incoming, withAll)
    return applyInvoices(ctx, incoming, withAll)
  })
  return all
}
