import { localDay } from './life'
import { SHOWABLE } from './schedule-rows'
import { A_BATCH, type Settling, settle } from './settle'

/** How long one run goes on; the next takes up what is left. */
const RUN_MS = 20_000

/** SQL: nothing new arises where the publisher's company is cancelled (`marketplace.md` 7); it is made up for later. */
const ofActive = (row: string) =>
  `NOT EXISTS (SELECT 1 FROM publishers p WHERE p.id = ${row}.publisher_id AND p.cancelled_at IS NOT NULL)`

/**
 * The hourly run (`payments.md` 9): schedules whose day has come where their business is. Their rows say when they
 * move next, so a missed run is made up by the next, and a second one finds nothing.
 */
export async function sweepDays(ctx: Settling): Promise<void> {
  const { results } = await ctx.db
    .prepare('SELECT DISTINCT timezone FROM businesses')
    .all<{ timezone: string }>()
  const days = Object.fromEntries(results.map(({ timezone }) => [timezone, localDay({ timezone }, ctx.now)]))
  let last = ''
  let failure: unknown = null
  for (;;) {
    const { results: due } = await ctx.db
      .prepare(
        `SELECT s.publisher_id AS publisher, s.schedule_no AS no FROM businesses b
         CROSS JOIN pay_schedules s ON s.publisher_id = b.publisher_id AND s.business_id = b.business_id
         WHERE s.moves_on IS NOT NULL AND s.moves_on <= ?1 ->> ('$."' || b.timezone || '"') AND ${ofActive('b')}
         LIMIT ${A_BATCH}`,
      )
      .bind(JSON.stringify(days))
      .all<ScheduleKey>()
    // The same ones once more would be found for ever: something keeps them from being settled.
    const these = JSON.stringify(due)
    if (due.length === 0 || these === last) break
    last = these
    await settleAll(ctx, due).catch((error: unknown) => {
      failure ??= error
    })
  }
  if (failure !== null) throw failure
}

type ScheduleKey = { publisher: number; no: number }

/** Settles schedules, publisher by publisher: what fails for one is thrown at last, and keeps no other waiting. */
async function settleAll(ctx: Settling, schedules: readonly ScheduleKey[]): Promise<void> {
  let failure: unknown = null
  for (const [publisher, theirs] of Map.groupBy(schedules, (each) => each.publisher)) {
    const numbers = theirs.map((each) => each.no)
    await settle(ctx, publisher, numbers).catch((error: unknown) => {
      failure ??= error
    })
  }
  if (failure !== null) throw failure
}

/**
 * The every-minute run: accounts whose link brought more schedules than its own write could show, and businesses whose
 * settings changed. One that ends early is taken up by the next.
 */
export async function sweepStale(ctx: Settling): Promise<void> {
  const until = Date.now() + RUN_MS
  await sweepAccounts(ctx, until)
  await sweepBusinesses(ctx, until)
}

async function sweepAccounts(ctx: Settling, until: number): Promise<void> {
  while (Date.now() < until) {
    const stale = await ctx.db
      .prepare(
        `SELECT id, publisher_id AS publisher, write_id AS mark FROM accounts a
         WHERE calendar_stale = 1 AND ${ofActive('a')} LIMIT 1`,
      )
      .first<{ id: string; publisher: number; mark: string }>()
    if (!stale) return
    const ofAccount = 's.account_uid = ?1 AND s.publisher_id = ?2'
    const goesOn = async () => Date.now() < until
    if (!(await settleFrom(ctx, ofAccount, [stale.id, stale.publisher], 0, goesOn))) return
    // Another link since: its own rest is still to be done.
    await ctx.db
      .prepare('UPDATE accounts SET calendar_stale = 0 WHERE id = ?1 AND write_id = ?2')
      .bind(stale.id, stale.mark)
      .run()
  }
}

async function sweepBusinesses(ctx: Settling, until: number): Promise<void> {
  while (Date.now() < until) {
    const stale = await ctx.db
      .prepare(
        `SELECT publisher_id AS publisher, business_id AS business, refreshed_to AS done, write_id AS mark
         FROM businesses b WHERE refreshed_to IS NOT NULL AND ${ofActive('b')} LIMIT 1`,
      )
      .first<{ publisher: number; business: string; done: number; mark: string }>()
    if (!stale) return
    const remember = (done: number | null) =>
      ctx.db
        .prepare(
          `UPDATE businesses SET refreshed_to = ?1
           WHERE publisher_id = ?2 AND business_id = ?3 AND write_id = ?4`,
        )
        .bind(done, stale.publisher, stale.business, stale.mark)
        .run()
    const isDone = await settleFrom(
      ctx,
      's.publisher_id = ?1 AND s.business_id = ?2',
      [stale.publisher, stale.business],
      stale.done,
      async (done) => {
        await remember(done)
        return Date.now() < until
      },
    )
    if (isDone) await remember(null)
  }
}

/**
 * Settles live schedules with a number above one, in order; after each batch `goesOn` hears how far it came.
 * @returns whether the end was reached
 */
async function settleFrom(
  ctx: Settling,
  condition: string,
  bound: [unknown, unknown],
  from: number,
  goesOn: (done: number) => Promise<boolean>,
): Promise<boolean> {
  let done = from
  for (;;) {
    const { results } = await ctx.db
      .prepare(
        `SELECT s.publisher_id AS publisher, s.schedule_no AS no FROM pay_schedules s
         WHERE ${condition} AND s.class = 'ScheduleOneOff' AND s.schedule_no > ?3 AND ${SHOWABLE}
         ORDER BY s.schedule_no LIMIT ${A_BATCH}`,
      )
      .bind(...bound, done)
      .all<ScheduleKey>()
    await settleAll(ctx, results)
    done = results.at(-1)?.no ?? done
    if (results.length < A_BATCH) return true
    if (!(await goesOn(done))) return false
  }
}
