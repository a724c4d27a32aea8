import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import worker from '../../src/worker'

/** Runs a cron of `wrangler.toml`. */
export function runCron(cron: '* * * * *' | '7 * * * *' | '23 3 * * *'): Promise<void> {
  return worker.scheduled(createScheduledController({ cron }), env)
}
