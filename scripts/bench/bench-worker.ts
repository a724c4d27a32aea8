import type { Env } from '../../src/env'
import { fragmentMemory } from '../../src/surfaces/feed/fragments'
import { settledPersons } from '../../src/surfaces/feed/persons'
import worker from '../../src/worker'

export {
  ErasureRegister,
  RateLimiter,
  SubscriberTimeline,
  UsageLedger,
  WebhookEndpoint,
} from '../../src/worker'

/** Counts nothing: a bench reads one feed oftener than anybody would be let. */
const unlimited = { limit: async () => ({ success: true }) }

/** The bindings with which everything can be read without end. */
let bindings: Env | undefined

function endless(env: Env): Env {
  bindings ??= {
    ...env,
    FEED_RATE: unlimited,
    FEED_TOTAL_RATE: unlimited,
    OPEN_RATE: unlimited,
    FAILED_RATE: unlimited,
    OPERATOR_RATE: unlimited,
  }
  return bindings
}

const COLD = '/__bench/cold'

/**
 * The Worker as it is deployed, and beside it what its feeds are measured against: a static answer, one point read of
 * D1, and a feed by an isolate that remembers nothing. They exist only here: `wrangler.toml` names another entry.
 */
export default {
  ...worker,

  fetch(request, limited, execution) {
    const env = endless(limited)
    const { pathname } = new URL(request.url)
    if (pathname === '/__bench/static') return new Response('ok\n')
    if (pathname === '/__bench/d1') return readPoint(env)
    if (!pathname.startsWith(COLD)) return worker.fetch(request, env, execution)
    fragmentMemory.clear()
    settledPersons.clear()
    const url = request.url.replace(COLD, '')
    return worker.fetch(new Request(url, request), env, execution)
  },
} satisfies ExportedHandler<Env>

/** One row by its key, and nothing else. */
async function readPoint({ DB }: Env): Promise<Response> {
  const row = await DB.prepare('SELECT id, revision FROM subscribers WHERE id = ?')
    .bind('0123456789abcdef01234567')
    .first()
  return Response.json(row)
}
