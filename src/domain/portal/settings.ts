import { GuardBroken, guardAgainst } from '../../platform/d1'
import { commit } from '../context'
import { audited } from './audit'
import type { PortalContext } from './context'
import { Overtaken } from './revisions'

/** What a company decides of itself (`portal.md`, `/portal/settings`). */
export type Settings = { readonly name: string; readonly timezone: string }

/** The settings as they are, and their revision. */
export async function readSettings(ctx: PortalContext): Promise<Settings & { readonly revision: number }> {
  const row = await ctx.db
    .prepare('SELECT name, timezone, settings_revision AS revision FROM publishers WHERE id = ?')
    .bind(ctx.publisher.id)
    .first<Settings & { revision: number }>()
  if (!row) throw new Error('a session is of no publisher')
  return row
}

/**
 * Changes the settings, unless somebody did since `revision`. A company that is renamed here keeps its name, whatever
 * its marketplace calls it (`marketplace.md` 4). @throws Overtaken
 */
export async function changeSettings(ctx: PortalContext, to: Settings, revision: number): Promise<void> {
  const { id } = ctx.publisher
  const isNew = {
    sql: 'EXISTS (SELECT 1 FROM publishers WHERE id = ?9 AND (name IS NOT ?10 OR timezone IS NOT ?11))',
    values: [id, to.name, to.timezone],
  }
  try {
    await commit(audited(ctx, 'settings.changed', String(id), isNew), [
      guardAgainst(
        ctx.db,
        'EXISTS (SELECT 1 FROM publishers WHERE id = ?1 AND settings_revision <> ?2)',
        id,
        revision,
      ),
      ctx.db
        .prepare(
          `UPDATE companies SET renamed = 1 WHERE publisher_id = ?1
             AND EXISTS (SELECT 1 FROM publishers WHERE id = ?1 AND name IS NOT ?2)`,
        )
        .bind(id, to.name),
      ctx.db
        .prepare(
          'UPDATE publishers SET name = ?2, timezone = ?3 WHERE id = ?1 AND (name IS NOT ?2 OR timezone IS NOT ?3)',
        )
        .bind(id, to.name, to.timezone),
    ])
  } catch (error) {
    if (error instanceof GuardBroken) throw new Overtaken()
    throw error
  }
}
