import type { Env } from '../../src/env'
import { fragmentMemory } from '../../src/surfaces/feed/fragments'
import { settledPersons } from '../../src/surfaces/feed/persons'
import worker, { SubscriberTimeline as Timeline } from '../../src/worker'
import { countedEnv, counts } from './counted'

export { RateLimiter, WebhookEndpoint } from '../../src/worker'

/** A person's timeline, whose questions count with those of the request that asks it. */
export class SubscriberTimeline extends Timeline {
  constructor(state: DurableObjectState, env: Env) {
    super(state, countedEnv(env))
  }
}

/**
 * The Worker as it is deployed, with a database that counts. What happens after the answers, by queue and cron, is not
 * counted. `/__bench/counts` tells the counts and begins anew, `/__bench/forget` empties the isolate's memory.
 */
export default {
  ...worker,

  fetch(request, env, execution) {
    const { pathname } = new URL(request.url)
    if (pathname === '/__bench/counts') {
      const answer = Response.json(counts)
      Object.assign(counts, { questions: 0, rowsRead: 0, rowsWritten: 0 })
      return answer
    }
    if (pathname === '/__bench/forget') {
      fragmentMemory.clear()
      settledPersons.clear()
      return new Response(null, { status: 204 })
    }
    return worker.fetch(request, countedEnv(env), execution)
  },
} satisfies ExportedHandler<Env>
