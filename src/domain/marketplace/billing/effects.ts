import type { Database } from '../../../platform/d1'

/**
 * What billing does where a company or its users change: statements that ride in the very batch of the change. In each
 * of them `company` is SQL for the publisher's id of the company, to be used as it stands.
 */
export type CompanyEffect = (
  ctx: { readonly db: Database; readonly now: number; readonly actor: string },
  company: string,
) => D1PreparedStatement[]

/**
 * Users joined, were let in again or lost their access: the seats are counted again, and where the plan is `perUser`
 * the bill follows (`marketplace.md` 6, *Changing*). Stands after the memberships were written; runs at each sign-on
 * too, where mostly nothing has changed.
 */
export const seatsChanged: CompanyEffect = () => []

/** The marketplace told a later end of the trial than was known: what is scheduled moves with `companies.trial_ends_at`. */
export const trialExtended: CompanyEffect = () => []

/** The subscription ended: recurring bills are cancelled at the hub, scheduled and queued ones dropped (section 7). */
export const billingEnded: CompanyEffect = () => []

/** A bill as the operator sees it (section 4). */
export type BillView = Readonly<Record<string, unknown>>

/** Bills of companies, oldest first, by their publisher's id. */
export async function billsOf(
  _db: Database,
  _publisherIds: readonly number[],
): Promise<ReadonlyMap<number, readonly BillView[]>> {
  return new Map()
}
