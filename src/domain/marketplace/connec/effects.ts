import type { Database } from '../../../platform/d1'
import type { CompanyEffect } from '../billing/effects'

/**
 * What data sharing does where a company changes: statements that ride in the very batch of the change. In each of them
 * `company` is SQL for the publisher's id of the company, to be used as it stands.
 */

/** The company was just made, or is with the marketplace again: its import is to start (`marketplace.md` 8.2). */
export const importDue: CompanyEffect = () => []

/** The subscription ended: nothing more is sent to or taken from Connec! for the group (section 7). */
export const sharingEnded: CompanyEffect = () => []

type ImportState = 'pending' | 'running' | 'done' | 'failed'

/** The data sharing of a company as the operator sees it, its calendar aside (section 4). */
export type SharingView = {
  readonly import: {
    readonly state: ImportState
    readonly startedAt: string | null
    readonly finishedAt: string | null
    readonly entities: Readonly<
      Record<
        string,
        {
          readonly state: ImportState
          readonly imported: number
          readonly skipped: number
          readonly total: number | null
        }
      >
    >
  }
  readonly push: { readonly pending: number; readonly failed: number }
}

/** What is told of a company of which nothing is known yet. */
export const nothingShared: SharingView = {
  import: { state: 'pending', startedAt: null, finishedAt: null, entities: {} },
  push: { pending: 0, failed: 0 },
}

/** The data sharing of companies, by their publisher's id. */
export async function sharingOf(
  _db: Database,
  _publisherIds: readonly number[],
): Promise<ReadonlyMap<number, SharingView>> {
  return new Map()
}
