import { handle } from './app'
import { announceChanges, dispatchChanges, sweepUndelivered } from './changes'
import { sweepDays, sweepStale } from './domain/payments'
import { sweepCodes, sweepDeliveries, sweepExpired, sweepOld, sweepTombstones } from './domain/sweeps'
import type { Env } from './env'
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

export default {
  fetch: handle,

  /** A message says only that something was committed: what, stands in the log. */
  async queue(batch, env): Promise<void> {
    await dispatchChanges(env, clock.now())
    batch.ackAll()
  },

  async scheduled(controller, env): Promise<void> {
    const now = clock.now()
    if (controller.cron === EVERY_MINUTE) {
      try {
        await sweepCodes(env.DB, now)
        await sweepUndelivered(env, now)
      } finally {
        await sweepPayments(env, now, sweepStale)
      }
    }
    if (controller.cron === HOURLY) {
      try {
        await sweepTombstones(env.DB, now)
      } finally {
        await sweepPayments(env, now, sweepDays)
      }
    }
    if (controller.cron === DAILY) {
      await sweepTombstones(env.DB, now)
      await sweepExpired(env.DB, now)
      await sweepDeliveries(env.DB, now)
      await sweepOld(env.DB, now)
    }
  },
} satisfies ExportedHandler<Env>
