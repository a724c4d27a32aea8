import type { Context } from '../context'
import { contactsOfNobodyElse, forgetAddressed } from './forget-addressed'
import { type KnownIds, readKnownIds } from './person'
import { purge } from './purge'
import { scrubAnswers } from './scrub-answers'
import { scrubLog } from './scrub-log'

/** What an erasure reaches outside of the database. */
export type Reach = {
  /** Notes who was erased, where no restore of the database forgets it. */
  readonly note: (personIds: readonly string[], publisherId: number, at: number) => Promise<void>
  /** Empties the timeline of a person. */
  readonly forget: (personId: string) => Promise<void>
  /** Forgets when apps of persons of a publisher were seen last. */
  readonly unsee: (personIds: readonly string[], publisherId: number) => Promise<void>
  /** Lets a viewer's timeline take up what has gone. */
  readonly cleanse: (viewer: string, publisherId: number) => Promise<void>
}

/** How long after a look the next one comes: whatever was under way at the first has ended by then. */
const NEXT_LOOK_MS: readonly number[] = [2 * 60_000, 60 * 60_000]

/**
 * Goes through everything that an erasure which has begun leaves to be done, in this order: what was seen of their
 * apps, relations of others that were addressed with a contact of theirs, timelines, the log and its messages, kept
 * answers, rows. Each part finds what is left, so that one which was interrupted is simply repeated.
 * `looks`: how many were finished before.
 */
export async function look(ctx: Context, reach: Reach, id: string, looks: number): Promise<void> {
  const known = await readKnownIds(ctx, id)
  // Those merged into the person too: a restored database may not know of the merge any more.
  await reach.note(known.persons, ctx.publisher.id, ctx.now)
  await reach.unsee(known.persons, ctx.publisher.id)
  const contacts = await contactsOfNobodyElse(ctx, id)
  await forgetAddressed(ctx, id, contacts)
  await cleanseTimelines(ctx, reach, id, known)
  await scrubLog(ctx, id, known, contacts)
  await scrubAnswers(ctx, known)
  await purge(ctx, id)
  const wait = NEXT_LOOK_MS[looks]
  await ctx.db
    .prepare(
      `UPDATE erasures SET looks = looks + 1, emails = '[]', scanned_to = 0, next_attempt_at = ?1
       WHERE subscriber_id = ?2 AND looks = ?3`,
    )
    .bind(wait === undefined ? null : ctx.now + wait, id, looks)
    .run()
}

/** Timelines that are asked at once. */
const AT_ONCE = 20

/** One that can't be reached keeps no other waiting: it stays noted. @throws what the first of them said */
async function cleanseTimelines(
  ctx: Context,
  reach: Reach,
  id: string,
  { persons }: KnownIds,
): Promise<void> {
  for (const personId of persons) await reach.forget(personId)
  const failures: unknown[] = []
  let after = ''
  for (;;) {
    const { results } = await ctx.db
      .prepare(
        `SELECT viewer FROM erasure_viewers WHERE subscriber_id = ?1 AND viewer > ?2 ORDER BY viewer LIMIT ${AT_ONCE}`,
      )
      .bind(id, after)
      .all<{ viewer: string }>()
    const viewers = results.map((row) => row.viewer)
    const last = viewers.at(-1)
    if (last === undefined) break
    after = last
    const asked = await Promise.allSettled(viewers.map((viewer) => reach.cleanse(viewer, ctx.publisher.id)))
    const done = viewers.filter((_, n) => asked[n]?.status === 'fulfilled')
    failures.push(...asked.flatMap((each) => (each.status === 'rejected' ? [each.reason] : [])))
    await ctx.db
      .prepare(
        `DELETE FROM erasure_viewers WHERE subscriber_id = ?1 AND viewer IN (SELECT value FROM json_each(?2))`,
      )
      .bind(id, JSON.stringify(done))
      .run()
  }
  if (failures.length > 0) throw failures[0]
}
