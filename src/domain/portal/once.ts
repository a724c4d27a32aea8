import { guardAgainst } from '../../platform/d1'
import { randomHex } from '../../platform/ids'
import type { PortalContext } from './context'

/**
 * Create forms have their effect once (`portal.md`): in the very batch of the effect the form is marked as used, and
 * whoever posts it again, at the same moment or later, gets what it made.
 */

/** A create form as it was posted. */
export type PostedForm = {
  /** Its action. */
  readonly path: string
  readonly formId: string
}

/** What a form made: its id. null where the first post died between its effect and writing that down. */
export type Made = { readonly isFirst: boolean; readonly result: string | null }

/** How long a repeat waits for the first post to say what it made. */
const LOOKS = 40
const LOOK_EVERY_MS = 50

/**
 * Does what a create form asks for, once for each `formId`. `act` writes with the context that it is given, and answers
 * the id of what it made; where that is known beforehand, `result` is committed with it. An `act` that writes anew while
 * its batch is rolled back asks `assertUnused` each time: what rolled it back may be that another post was first.
 */
export async function once(
  ctx: PortalContext,
  form: PostedForm,
  act: (ctx: PortalContext, assertUnused: () => Promise<void>) => Promise<string>,
  result: string | null = null,
): Promise<Made> {
  const earlier = await whatWasMade(ctx, form)
  if (earlier) return earlier
  const holder = randomHex(8)
  try {
    const acting = { ...ctx, inEachWrite: [...ctx.inEachWrite, ...use(ctx, form, holder, result)] }
    const made = await act(acting, async () => {
      if (await whatWasMade(ctx, form, holder)) throw new Error('the form was used by another post')
    })
    if (result === null) await writeResult(ctx, form, holder, made)
    return { isFirst: true, result: made }
  } catch (error) {
    // The effect was another post's: what broke ours may have been called by any name on its way here.
    const others = await whatWasMade(ctx, form, holder)
    if (others) return others
    throw error
  }
}

const FORM = 'publisher_id = ?1 AND path = ?2 AND form_id = ?3'

const keyOf = (ctx: PortalContext, form: PostedForm) => [ctx.publisher.id, form.path, form.formId]

/** Marks a form as used by `holder`; where another one used it, the batch is rolled back. */
function use(
  ctx: PortalContext,
  form: PostedForm,
  holder: string,
  result: string | null,
): D1PreparedStatement[] {
  return [
    ctx.db
      .prepare(
        `INSERT INTO portal_forms (publisher_id, path, form_id, holder, result, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING`,
      )
      .bind(...keyOf(ctx, form), holder, result, ctx.now),
    guardAgainst(
      ctx.db,
      `NOT EXISTS (SELECT 1 FROM portal_forms WHERE ${FORM} AND holder = ?4)`,
      ...keyOf(ctx, form),
      holder,
    ),
  ]
}

async function writeResult(
  ctx: PortalContext,
  form: PostedForm,
  holder: string,
  result: string,
): Promise<void> {
  await ctx.db
    .prepare(`UPDATE portal_forms SET result = ?5 WHERE ${FORM} AND holder = ?4`)
    .bind(...keyOf(ctx, form), holder, result)
    .run()
}

/** What a form made that was used, by another than `holder`; null for one that wasn't. Waits for it to be known. */
async function whatWasMade(ctx: PortalContext, form: PostedForm, holder = ''): Promise<Made | null> {
  for (let looks = 1; ; looks++) {
    const row = await ctx.db
      .prepare(`SELECT result FROM portal_forms WHERE ${FORM} AND holder <> ?4`)
      .bind(...keyOf(ctx, form), holder)
      .first<{ result: string | null }>()
    if (!row) return null
    if (row.result !== null || looks === LOOKS) return { isFirst: false, result: row.result }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
