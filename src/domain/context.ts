import type { WriteContext } from '../changes'
import { type Row, runBatch } from '../platform/d1'

/** The tenant that a call is for. */
export type Publisher = {
  readonly id: number
  readonly orgId: number
  readonly name: string
  readonly timezone: string
  readonly defaultRegion: string
  readonly isPartner: boolean
}

/** What the domain needs of a request. */
export type Context = WriteContext & {
  readonly publisher: Publisher
  /** `ENCRYPTION_KEY`. @throws Error where it is unset */
  readonly encryptionKey: () => string
  /** Tells the log's readers that something was committed; returns at once. */
  readonly announce?: (() => void) | undefined
  /** Takes a public calendar's feed out of the cache in front of the Worker, where there is one (`feeds/public.ts`). */
  readonly retract?: ((calendarId: string) => Promise<void>) | undefined
  /** Rides in the one batch that has this request's effect; see `idempotency.ts`. */
  readonly inEachWrite: readonly D1PreparedStatement[]
}

/** What a write that is for no publisher in particular needs: making a tenant. */
export type TenancyContext = Pick<Context, 'db' | 'now' | 'encryptionKey' | 'inEachWrite'>

/**
 * Commits statements as one transaction, with what this request adds to each.
 * @throws GuardBroken, AlreadyThere (`platform/d1.ts`) for what rolled the batch back
 * @returns a result for each statement given
 */
export async function commit(
  ctx: Pick<Context, 'db' | 'inEachWrite' | 'announce'>,
  statements: D1PreparedStatement[],
): Promise<D1Result<Row>[]> {
  const results = await runBatch(ctx.db, [...ctx.inEachWrite, ...statements])
  ctx.announce?.()
  return results.slice(ctx.inEachWrite.length)
}
