import { guardAgainst } from '../../platform/d1'
import type { PortalContext } from './context'

/**
 * A form that changes a record carries the revision that it showed. A write that comes from an older form does nothing
 * (`portal.md`, *Concurrency*).
 */

/** Somebody changed the record since the form was made. */
export class Overtaken extends Error {
  constructor() {
    super('overtaken')
    this.name = 'Overtaken'
  }
}

/**
 * Of each kind of record the column that moves with every change of what its form shows, and with nothing else: a new
 * event leaves its calendar's as it is.
 */
const revisionOf = {
  calendars: 'modified_at',
  events: 'sequence',
  webhook_endpoints: 'modified_at',
} as const

/**
 * Does what a form asks for while the record is as the form showed it. That is judged in the very batch of the effect,
 * so that of two who save at once one learns of the other. @throws Overtaken
 */
export async function unlessOvertaken<T>(
  ctx: PortalContext,
  table: keyof typeof revisionOf,
  id: string,
  revision: number,
  act: (ctx: PortalContext) => Promise<T>,
): Promise<T> {
  const column = revisionOf[table]
  const moved = `EXISTS (SELECT 1 FROM ${table} WHERE id = ?1 AND publisher_id = ?2 AND ${column} <> ?3)`
  const values = [id, ctx.publisher.id, revision]
  const isOvertaken = async () =>
    (await ctx.db
      .prepare(`SELECT 1 WHERE ${moved}`)
      .bind(...values)
      .first()) !== null
  if (await isOvertaken()) throw new Overtaken()
  try {
    const guard = guardAgainst(ctx.db, moved, ...values)
    return await act({ ...ctx, inEachWrite: [guard, ...ctx.inEachWrite] })
  } catch (error) {
    // What broke the batch may have been called by any name on its way here.
    if (await isOvertaken()) throw new Overtaken()
    throw error
  }
}
