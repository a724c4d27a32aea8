import type { Context } from '../context'
import { beginErasure } from './begin'
import { look, type Reach } from './look'

export { readPersonExport } from './export'
export type { Reach } from './look'
export { erasureRegister, type Reached } from './register'
export { erasuresToRepeat } from './repeat'
export { sweepErasures } from './sweep'

/**
 * Erases a person (`operator.md`): everything ends at once, and then every personal value goes, wherever it is stored.
 * Repeated, it goes on where it was interrupted, or finds nothing. @throws DomainError `not_found`
 */
export async function erasePerson(ctx: Context, reach: Reach, ecalId: string): Promise<void> {
  const { id, looks } = await beginErasure(ctx, ecalId)
  if (looks === 0) await look(ctx, reach, id, 0)
}
