import { newWriteId } from '../../changes'
import { type ActingContext, actorId } from '../acting'
import { commit } from '../context'
import { DomainError } from '../errors'
import { deletion } from '../events/delete'
import { callerRankOf, findSeenEvent, WRITER } from './find'

/** More rounds than writers that could sensibly meet on one event. */
const ROUNDS = 200

/**
 * Deletes an event with all relations and answers; public calendars that show it keep a tombstone.
 * @throws DomainError `event_not_found`, `forbidden`
 */
export async function deleteOwnEvent(ctx: ActingContext, id: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const { mayWrite, isForeign } = await findSeenEvent(ctx, id)
    if (!mayWrite || isForeign) throw new DomainError('forbidden')
    const condition = `e.draft = 0 AND ${callerRankOf('e.id', '?5')} >= ${WRITER}`
    const [deleted] = await commit(ctx, deletion(ctx, [id], newWriteId(), condition, actorId(ctx)))
    if (deleted?.results.length === 1) return
  }
  throw new Error('an event changed too often to be deleted')
}
