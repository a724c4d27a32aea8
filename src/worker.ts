import { handle } from './app'
import { announceChanges, dispatchChanges, sweepUndelivered } from './changes'
import { attemptBills, type BillMessage, billsDue, sweepSeats, wakeBills } from './domain/marketplace/billing'
import { sweepDays, sweepStale } from './domain/payments'
import { sweepCodes, sweepDeliveries, sweepExpired, sweepOld, sweepTombstones } from './domain/sweeps'
import { type Env, required } from './env'
import { clock } from './platform/clock'

export { RateLimiter } from './platform/rate-limiter'
export { SubscriberTimeline } from './timeline/subscriber-timeline'
export { WebhookEndpoint } from './webhooks/webhook-endpoint'

/** The crons of `wrangler.toml`. */
const EVERY_MINUTE = '* * * * *'
const HOURLY = '7 * * * *'
const DAILY = '23 3 * * *'

/** Runs a sweep of payment schedules, and tells at once of what it changed. */
async function sweepPayments(env: Env, now: number, sweep: typeof sweepDays): Promise<void> {
  let changed = false
  const announce = () => {
    changed = true
  }
  try {
    await sweep({ db: env.DB.withSession('first-primary'), now, announce })
  } finally {
    if (changed) await announceChanges(env)
  }
}

/** What work on bills needs; each step of an attempt asks the time anew. */
function billing(env: Env) {
  return {
    db: env.DB.withSession('first-primary'),
    now: clock.now,
    encryptionKey: () => required(env, 'ENCRYPTION_KEY'),
  }
}

/** Attempts bills, and wakes what is due next because of it. */
async function attempt(env: Env, ids: readonly string[]): Promise<void> {
  await wakeBills(env.BILLS, await attemptBills(billing(env), ids), clock.now())
}

/** The every-minute run: bills whose message was lost, or that wait for a time that no queue waits for. */
async function sweepBills(env: Env, now: number): Promise<void> {
  const context = billing(env)
  await wakeBills(env.BILLS, await sweepSeats(context), now)
  const due = await billsDue(context.db, now)
  await wakeBills(
    env.BILLS,
    due.map((id) => ({ id, at: now })),
    now,
  )
}

type Sweep = () => Promise<unknown>

/** What each cron does. */
function sweepsOf(cron: string, env: Env, now: number): Sweep[] {
  const { DB: db } = env
  if (cron === EVERY_MINUTE) {
    return [
      () => sweepUndelivered(env, now),
      () => sweepCodes(db, now),
      () => sweepPayments(env, now, sweepStale),
      () => sweepBills(env, now),
    ]
  }
  if (cron === HOURLY) return [() => sweepTombstones(db, now), () => sweepPayments(env, now, sweepDays)]
  if (cron !== DAILY) return []
  return [sweepTombstones, sweepExpired, sweepDeliveries, sweepOld].map((sweep) => () => sweep(db, now))
}

/** Does one thing after the other; what fails keeps none of the others, and is told at the end. */
async function inTurn(sweeps: readonly Sweep[]): Promise<void> {
  const failures: unknown[] = []
  for (const sweep of sweeps) await sweep().catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

export default {
  fetch: handle,

  /** A message says only that something is to be done: what, stands in D1. */
  async queue(batch, env): Promise<void> {
    if (batch.queue === 'daybook-bills') {
      await attempt(env, [...new Set(batch.messages.map(({ body }) => (body as BillMessage).bill))])
    } else {
      await dispatchChanges(env, clock.now())
    }
    batch.ackAll()
  },

  async scheduled(controller, env): Promise<void> {
    await inTurn(sweepsOf(controller.cron, env, clock.now()))
  },
} satisfies ExportedHandler<Env>
