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

/** Requests without their log, with its line made but not written, and with all of it. */
const LOGS = { '/__bench/plain': 'off', '/__bench/unwritten': 'on', '/__bench/logged': 'on' }
const write = console.log

/**
 * The Worker as it is deployed, and beside it what its feeds are measured against: a static answer, one point read of
 * D1, a feed by an isolate that remembers nothing, and requests with their log. They exist only here: `wrangler.toml` names another entry.
 */
export default {
  ...worker,

  fetch(request, limited, execution) {
    const env = endless(limited)
    const { pathname } = new URL(request.url)
    if (pathname === '/__bench/static') return new Response('ok\n')
    if (pathname === '/__bench/d1') return readPoint(env)
    for (const [prefix, value] of Object.entries(LOGS)) {
      if (!pathname.startsWith(prefix)) continue
      console.log = prefix === '/__bench/unwritten' ? () => {} : write
      const logging: Env = Object.create(env, { REQUEST_LOG: { value } })
      return worker.fetch(new Request(request.url.replace(prefix, ''), request), logging, execution)
    }
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
