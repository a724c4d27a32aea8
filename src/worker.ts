import { handle } from './app'
import { announcing, sweepUndelivered } from './changes'
import { inEach, sweepHomes } from './databases'
import { sweepErasures } from './domain/erasure'
import { sweepFeedsEnded, sweepSignOns } from './domain/marketplace/sweeps'
import { sweepDays, sweepStale } from './domain/payments'
import { sweepPortal } from './domain/portal/sweep'
import { importSources } from './domain/source-import'
import { sweepCodes, sweepDeliveries, sweepExpired, sweepOld, sweepTombstones } from './domain/sweeps'
import { type Env, required } from './env'
import { clock } from './platform/clock'
import { throwFirst } from './platform/failures'
import { loggedRun } from './platform/run-log'
import { consume, sweepBills, wakeSharedRecords } from './queues'
import { reachOf } from './timeline'
import { guardOf } from './webhooks/attempt'

export { ErasureRegister } from './domain/erasure/register'
export { RateLimiter } from './platform/rate-limiter'
export { SubscriberTimeline } from './timeline/subscriber-timeline'
export { UsageLedger } from './usage/usage-ledger'
export { WebhookEndpoint } from './webhooks/webhook-endpoint'

/** The crons of `wrangler.toml`. */
const EVERY_MINUTE = '* * * * *'
const HOURLY = '7 * * * *'
const DAILY = '23 3 * * *'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** When the hourly cron ran last (epoch ms), with a minute for that run to end. */
function lastHourly(now: number): number {
  const past = 7 * MINUTE_MS
  return Math.floor((now - past - MINUTE_MS) / HOUR_MS) * HOUR_MS + past
}

/** Runs a sweep of payment schedules. */
function sweepPayments(
  env: Env,
  now: number,
  sweep: (ctx: Parameters<typeof sweepStale>[0]) => Promise<void>,
): Promise<void> {
  const db = env.DB.withSession('first-primary')
  return announcing(env, (announce) => sweep({ db, now, announce }))
}

/** Looks at external calendars that are due. */
function sweepSources(env: Env, now: number): Promise<void> {
  return announcing(env, (announce) => importSources({ db: env.DB, now, guard: guardOf(env), announce }))
}

/** Goes on with erasures of persons. */
function sweepErased(env: Env, now: number): Promise<void> {
  const db = env.DB.withSession('first-primary')
  const encryptionKey = () => required(env, 'ENCRYPTION_KEY')
  return announcing(env, (announce) => sweepErasures({ db, now, announce, encryptionKey }, reachOf(env)))
}

type Sweep = () => Promise<unknown>

/** What each cron does in a database. */
function sweepsOf(cron: string, env: Env, now: number): Sweep[] {
  const { DB: db } = env
  if (cron === EVERY_MINUTE) {
    return [
      () => sweepUndelivered(env, now),
      () => sweepCodes(db, now),
      () => sweepPayments(env, now, sweepStale),
      // What the hour's own run had no time for.
      () => sweepPayments(env, now, (ctx) => sweepDays(ctx, lastHourly(now))),
      () => sweepBills(env, now),
      () => wakeSharedRecords(env),
      () => sweepFeedsEnded(db, now),
      () => sweepErased(env, now),
      // Last, as it waits for other servers.
      () => sweepSources(env, now),
    ]
  }
  if (cron === HOURLY) {
    return [() => sweepTombstones(db, now), () => sweepPayments(env, now, (ctx) => sweepDays(ctx, now))]
  }
  if (cron !== DAILY) return []
  return [
    sweepTombstones,
    sweepExpired,
    sweepDeliveries,
    sweepOld,
    sweepSignOns,
    sweepPortal,
    sweepHomes,
  ].map((sweep) => () => sweep(db, now))
}

/** Does one thing after the other; what fails keeps none of the others, and is told at the end. */
async function inTurn(sweeps: readonly Sweep[]): Promise<void> {
  const failures: unknown[] = []
  for (const sweep of sweeps) await sweep().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

export default {
  fetch: handle,

  async queue(batch, env): Promise<void> {
    const { queue, messages } = batch
    await loggedRun(env, { run: 'queue', name: queue, messages: messages.length }, (counting) => {
      return consume(
        counting,
        queue,
        messages.map(({ body }) => body),
      )
    })
    batch.ackAll()
  },

  async scheduled({ cron }, env): Promise<void> {
    await loggedRun(env, { run: 'cron', name: cron }, async (counting) => {
      const now = clock.now()
      const runs = inEach(counting).map((each) => inTurn(sweepsOf(cron, each, now)))
      throwFirst(await Promise.allSettled(runs))
    })
  },
} satisfies ExportedHandler<Env>
