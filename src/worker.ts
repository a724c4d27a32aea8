import { handle } from './app'
import { dispatchChanges, sweepUndelivered } from './changes'
import { sweepDeliveries, sweepExpired, sweepOld, sweepTombstones } from './domain/sweeps'
import type { Env } from './env'
import { clock } from './platform/clock'

export { RateLimiter } from './platform/rate-limiter'
export { SubscriberTimeline } from './timeline/subscriber-timeline'
export { WebhookEndpoint } from './webhooks/webhook-endpoint'

/** The crons of `wrangler.toml`. */
const EVERY_MINUTE = '* * * * *'
const HOURLY = '7 * * * *'
const DAILY = '23 3 * * *'

export default {
  fetch: handle,

  /** A message says only that something was committed: what, stands in the log. */
  async queue(batch, env): Promise<void> {
    await dispatchChanges(env, clock.now())
    batch.ackAll()
  },

  async scheduled(controller, env): Promise<void> {
    const now = clock.now()
    if (controller.cron === EVERY_MINUTE) await sweepUndelivered(env, now)
    if (controller.cron === HOURLY) await sweepTombstones(env.DB, now)
    if (controller.cron === DAILY) {
      await sweepTombstones(env.DB, now)
      await sweepExpired(env.DB, now)
      await sweepDeliveries(env.DB, now)
      await sweepOld(env.DB, now)
    }
  },
} satisfies ExportedHandler<Env>
