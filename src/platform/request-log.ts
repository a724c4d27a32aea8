import { type CountedRows, countingEnv } from './counted-rows'

/**
 * One line of JSON in the log for each request. Addresses are secrets here, so it has the pattern of the route and no
 * part of the request itself; what else it tells, the surfaces note while they answer.
 */

/** What is told of a request beside its answer. */
type Noted = CountedRows & {
  surface: string | null
  /** The pattern of the route, such as `/apiv2/event/:id`; null where none answers. */
  route: string | null
  /** The publisher's id, once it is known who calls. */
  publisher: number | null
}

/** A request's execution context is its own; its `Request` may be replaced on the way. */
const noted = new WeakMap<object, Noted>()

/** Notes which surface answers a request, by which route, or for whom. */
export function note(
  execution: object,
  about: Partial<Pick<Noted, 'surface' | 'route' | 'publisher'>>,
): void {
  const known = noted.get(execution)
  if (known) Object.assign(known, about)
}

/** Settings of the log. */
type LogSettings = {
  readonly DB: D1Database
  readonly REQUEST_LOG?: string
  readonly LOG_UNCHANGED_FEEDS?: string
}

/**
 * Answers a request by `answer`, which gets a database that counts rows, and logs it. A client that hangs up ends
 * nothing: else the platform would break off both the answer and its line.
 */
export function logged<E extends LogSettings>(
  request: Request,
  env: E,
  execution: Pick<ExecutionContext, 'waitUntil'>,
  answer: (env: E) => Response | Promise<Response>,
): Response | Promise<Response> {
  if (env.REQUEST_LOG === 'off') return answer(env)
  const answering = answerAndTell(request, env, execution, answer)
  execution.waitUntil(answering.catch(() => {}))
  return answering
}

async function answerAndTell<E extends LogSettings>(
  request: Request,
  env: E,
  execution: object,
  answer: (env: E) => Response | Promise<Response>,
): Promise<Response> {
  const about: Noted = { surface: null, route: null, publisher: null, rowsRead: 0, rowsWritten: 0 }
  noted.set(execution, about)
  const startedAt = Date.now()
  let status = 500
  try {
    const response = await answer(countingEnv(env, about))
    status = response.status
    return response
  } finally {
    if (isTold(about, status, env.LOG_UNCHANGED_FEEDS)) {
      const { surface, route, publisher, rowsRead, rowsWritten } = about
      const told = { surface, method: request.method, route, publisher, status }
      const ms = Date.now() - startedAt
      console.log(JSON.stringify({ request: idOf(request), ...told, ms, rows: rowsRead, rowsWritten }))
    }
  }
}

/** The edge's id of the request; a random one where nothing stands before the Worker. */
function idOf(request: Request): string {
  const ray = request.headers.get('CF-Ray')
  return ray !== null && /^[0-9a-f]{16}(-[A-Z]{3})?$/.test(ray) ? ray : crypto.randomUUID()
}

/** Most requests are feeds that are as they were: of these a share may do. Unset, or no number, all are told. */
function isTold({ surface }: Noted, status: number, share: string | undefined): boolean {
  if (share === undefined || surface !== 'feed' || status !== 304) return true
  return !/^(0|0?\.\d+)$/.test(share) || Math.random() < Number(share)
}

/** A router as far as its patterns go. */
type Routed = {
  readonly router: {
    match(
      method: string,
      path: string,
    ): readonly [readonly [readonly [unknown, { path: string }], ...unknown[]][], ...unknown[]]
  }
}

/** The pattern that an app answers a path by; null where it has none. */
export function patternOf({ router }: Routed, method: string, path: string): string | null {
  const [matches] = router.match(method === 'HEAD' ? 'GET' : method, path)
  // What stands before all routes has a pattern too.
  const own = matches.find(([[, { path: pattern }]]) => !/^\/?\*$/.test(pattern))
  return own?.[0][1].path ?? null
}
