import { handle } from './app'
import { sweepExpired, sweepOld, sweepTombstones } from './domain/sweeps'
import type { Env } from './env'
import { clock } from './platform/clock'

/** The crons of `wrangler.toml`. */
const HOURLY = '7 * * * *'
const DAILY = '23 3 * * *'

export default {
  fetch: handle,

  async scheduled(controller, env): Promise<void> {
    const now = clock.now()
    if (controller.cron === HOURLY) await sweepTombstones(env.DB, now)
    if (controller.cron === DAILY) {
      await sweepTombstones(env.DB, now)
      await sweepExpired(env.DB, now)
      await sweepOld(env.DB, now)
    }
  },
} satisfies ExportedHandler<Env>
