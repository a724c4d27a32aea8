import { AlreadyThere, GuardBroken } from '../../../platform/d1'
import type { Context } from '../../context'
import type { Company } from '../companies'
import { applyEvents } from './apply-events'
import { applyInvoices } from './apply-invoices'
import { applyPeople } from './apply-people'
import type { Collection, Entity } from './entity'
import { readIncoming, type Skipped } from './incoming'

/** How often entities are applied anew because what they were judged by has changed meanwhile. */
const ROUNDS = 100

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
  for (let round = 0; round < ROUNDS; round++) {
    try {
      if (collection === 'people') await applyPeople(ctx, incoming, withAll)
      else if (collection === 'events') await applyEvents(ctx, company, incoming, withAll)
      else await applyInvoices(ctx, incoming, withAll)
      return all
    } catch (error) {
      if (!(error instanceof GuardBroken) && !(error instanceof AlreadyThere)) throw error
    }
  }
  throw new Error('what the data hub sent met changes too often to be applied')
}
