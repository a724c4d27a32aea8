import { localDay } from './life'
import { SHOWABLE } from './schedule-rows'
import { A_BATCH, type Settling, settle } from './settle'

/** How long one run goes on; the next takes up what is left. */
const RUN_MS = 20_000

/** SQL: nothing new arises where the publisher's company is cancelled (`marketplace.md` 7); it is made up for later. */
const ofActive = (row: string) =>
  `NOT EXISTS (SELECT 1 FROM publishers p WHERE p.id = ${row}.publisher_id AND p.cancelled_at IS NOT NULL)`

/** A schedule whose day has come, in the order in which a run takes them. */
type Due = {
  readonly publisher: number
  readonly business: string
  readonly day: string
  readonly no: number
}

/**
 * The hourly run (`payments.md` 9): schedules whose day had come at an instant (epoch ms) where their business is.
 * Their rows say when they move next, so a missed run is made up by the next, one that ends early is taken up by those
 * of the next minutes, and a second one finds nothing. Each is taken up once: what fails keeps none of the others
 * waiting, and is thrown at last.
 */
export async function sweepDays(ctx: Settling, at: number): Promise<void> {
  const until = Date.now() + RUN_MS
  const days = JSON.stringify(await localDays(ctx, at))
  const failures: unknown[] = []
  let last: Due | undefined = { publisher: 0, business: '', day: '', no: 0 }
  while (last && Date.now() < until) {
    const due: readonly Due[] = await dueAfter(ctx, days, last)
    for (const [publisher, theirs] of Map.groupBy(due, (each) => each.publisher)) {
      const numbers = theirs.map((each) => each.no)
      await settle(ctx, publisher, numbers).catch((error: unknown) => failures.push(error))
    }
    last = due.at(-1)
  }
  if (failures.length > 0) throw failures[0]
}

/** The day at an instant in each zone that a business is in. */
async function localDays({ db }: Settling, at: number): Promise<Record<string, string>> {
  const { results } = await db.prepare('SELECT DISTINCT timezone FROM businesses').all<{ timezone: string }>()
  return Object.fromEntries(results.map(({ timezone }) => [timezone, localDay({ timezone }, at)]))
}

async function dueAfter(
  { db }: Settling,
  days: string,
  { publisher, business, day, no }: Due,
): Promise<Due[]> {
  const { results } = await db
    .prepare(
      `SELECT b.publisher_id AS publisher, b.business_id AS business, s.moves_on AS day, s.schedule_no AS no
       FROM businesses b
       CROSS JOIN pay_schedules s ON s.publisher_id = b.publisher_id AND s.business_id = b.business_id
       WHERE s.moves_on IS NOT NULL AND s.moves_on <= ?1 ->> ('$."' || b.timezone || '"')
         AND s.class = 'ScheduleOneOff' AND ${ofActive('b')}
         AND (b.publisher_id, b.business_id) >= (?2, ?3)
         AND (b.publisher_id, b.business_id, s.moves_on, s.schedule_no) > (?2, ?3, ?4, ?5)
       ORDER BY b.publisher_id, b.business_id, s.moves_on, s.schedule_no LIMIT ${A_BATCH}`,
    )
    .bind(days, publisher, business, day, no)
    .all<Due>()
  return results
}

/**
 * The every-minute run: accounts whose link brought more schedules than its own write could show, and businesses whose
 * settings changed. One that ends early is taken up by the next.
 */
export async function sweepStale(ctx: Settling): Promise<void> {
  const until = Date.now() + RUN_MS
  const failures = [
    ...(await eachOnce(until, (seen) => nextAccount(ctx, seen), refreshAccount(ctx, until))),
    ...(await eachOnce(until, (seen) => nextBusiness(ctx, seen), refreshBusiness(ctx, until))),
  ]
  if (failures.length > 0) throw failures[0]
}

/**
 * Does one piece of work after the other while there is time, each once; `next` finds one whose key is not in a JSON
 * list. What fails keeps none of the others waiting.
 * @returns what failed
 */
async function eachOnce<P extends { readonly key: string }>(
  until: number,
  next: (seen: string) => Promise<P | null>,
  work: (piece: P) => Promise<void>,
): Promise<unknown[]> {
  const failures: unknown[] = []
  const seen: string[] = []
  while (Date.now() < until) {
    const piece = await next(JSON.stringify(seen))
    if (!piece) break
    seen.push(piece.key)
    await work(piece).catch((error: unknown) => failures.push(error))
  }
  return failures
}

/** An account, by its internal id, whose schedules are to be brought in line. */
type StaleAccount = { readonly key: string; readonly publisher: number; readonly mark: string }

function nextAccount({ db }: Settling, seen: string): Promise<StaleAccount | null> {
  return db
    .prepare(
      `SELECT id AS key, publisher_id AS publisher, write_id AS mark FROM accounts a
       WHERE calendar_stale = 1 AND ${ofActive('a')} AND id NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
    )
    .bind(seen)
    .first<StaleAccount>()
}

function refreshAccount(ctx: Settling, until: number) {
  return async ({ key: id, publisher, mark }: StaleAccount): Promise<void> => {
    const goesOn = async () => Date.now() < until
    if (!(await settleFrom(ctx, publisher, ['account_uid', id], 0, goesOn))) return
    // Another link since: its own rest is still to be done.
    await ctx.db
      .prepare('UPDATE accounts SET calendar_stale = 0 WHERE id = ?1 AND write_id = ?2')
      .bind(id, mark)
      .run()
  }
}

/** A business whose schedules are to be brought in line; those up to the number `done` are. */
type StaleBusiness = {
  readonly key: string
  readonly publisher: number
  readonly business: string
  readonly done: number
  readonly mark: string
}

function nextBusiness({ db }: Settling, seen: string): Promise<StaleBusiness | null> {
  return db
    .prepare(
      `SELECT publisher_id || '/' || business_id AS key, publisher_id AS publisher, business_id AS business,
         refreshed_to AS done, write_id AS mark
       FROM businesses b WHERE refreshed_to IS NOT NULL AND ${ofActive('b')}
         AND publisher_id || '/' || business_id NOT IN (SELECT value FROM json_each(?)) ORDER BY refreshed_to LIMIT 1`,
    )
    .bind(seen)
    .first<StaleBusiness>()
}

function refreshBusiness(ctx: Settling, until: number) {
  return async ({ publisher, business, done, mark }: StaleBusiness): Promise<void> => {
    // Other settings since: then it starts anew.
    const remember = (upTo: number | null) =>
      ctx.db
        .prepare(
          `UPDATE businesses SET refreshed_to = ?1
           WHERE publisher_id = ?2 AND business_id = ?3 AND write_id = ?4`,
        )
        .bind(upTo, publisher, business, mark)
        .run()
    const goesOn = async (upTo: number) => {
      await remember(upTo)
      return Date.now() < until
    }
    if (await settleFrom(ctx, publisher, ['business_id', business], done, goesOn)) await remember(null)
  }
}

/**
 * Settles live schedules of an account or business with a number above one, in order; after each batch `goesOn` hears
 * how far it came.
 * @returns whether the end was reached
 */
async function settleFrom(
  ctx: Settling,
  publisher: number,
  [column, id]: ['account_uid' | 'business_id', string],
  from: number,
  goesOn: (done: number) => Promise<boolean>,
): Promise<boolean> {
  let done = from
  for (;;) {
    const { results } = await ctx.db
      .prepare(
        `SELECT s.schedule_no AS no FROM pay_schedules s
         WHERE s.publisher_id = ?1 AND s.${column} = ?2 AND s.class = 'ScheduleOneOff' AND s.schedule_no > ?3
           AND ${SHOWABLE}
         ORDER BY s.schedule_no LIMIT ${A_BATCH}`,
      )
      .bind(publisher, id, done)
      .all<{ no: number }>()
    const numbers = results.map(({ no }) => no)
    if (numbers.length > 0) await settle(ctx, publisher, numbers)
    done = numbers.at(-1) ?? done
    if (numbers.length < A_BATCH) return true
    if (!(await goesOn(done))) return false
  }
}
