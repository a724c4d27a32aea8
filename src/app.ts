import { type Handler, Hono } from 'hono'
import { inEach } from './databases'
import { databaseAnswers } from './domain/health'
import type { Env } from './env'
import { clock } from './platform/clock'
import { pathOf } from './platform/http'
import { comeAgain, mayOpen } from './platform/rates'
import { logged, note, patternOf } from './platform/request-log'
import { publicReference } from './reference'
import { createDocsApp } from './surfaces/docs'
import { eventsApp } from './surfaces/events'
import { handleFeed, isPublicFeedPath } from './surfaces/feed'
import { identityApp } from './surfaces/identity'
import { marketplaceApp } from './surfaces/marketplace'
import { operatorApp } from './surfaces/operator'
import { paymentsApp } from './surfaces/payments'
import { portalApp } from './surfaces/portal'
import { publisherApp } from './surfaces/publisher'
import { widgetApp } from './surfaces/widget'

/** Event subscriptions answer under two prefixes. */
const eventPaths = ['/event-subscriptions', '/events', '/calendars', '/persons'].flatMap((path) =>
  [path, `/api/v2${path}`].flatMap((prefixed) => [prefixed, `${prefixed}/*`]),
)

/** Payments, too; what else is asked for under their second prefix is theirs to refuse. */
const paymentPaths = ['/accounts', '/accounts/*', '/CustomerServices/v1.0', '/CustomerServices/v1.0/*']

const docsApp = createDocsApp(publicReference)

/** The surfaces that are Hono apps of their own, with full paths, and the paths that lead to each. */
export const surfaces = [
  { name: 'publisher', paths: ['/apiv2', '/apiv2/*'], app: publisherApp },
  { name: 'widget', paths: ['/button/*', '/daybook.css', '/widget.js'], app: widgetApp },
  { name: 'events', paths: eventPaths, app: eventsApp },
  { name: 'identity', paths: ['/identity/*'], app: identityApp },
  { name: 'payments', paths: paymentPaths, app: paymentsApp },
  { name: 'marketplace', paths: ['/maestrano/*'], app: marketplaceApp },
  { name: 'operator', paths: ['/operator', '/operator/*'], app: operatorApp },
  { name: 'portal', paths: ['/portal', '/portal/*'], app: portalApp },
  { name: 'docs', paths: ['/openapi.json', '/docs', '/docs/*'], app: docsApp },
] as const

/** What stands beside the surfaces, and the paths that lead to them. */
export const root = new Hono<{ Bindings: Env }>()

root.get('/health', async (c) => {
  note(c.executionCtx, { surface: 'health', route: '/health' })
  if (!(await mayOpen(c.env, c.req.raw, 'health', clock.now()))) {
    return c.text('Too many requests.\n', 429, { 'Cache-Control': 'no-store', ...comeAgain })
  }
  const answers = await Promise.all(inEach(c.env).map(({ DB }) => databaseAnswers(DB)))
  const ok = answers.every(Boolean)
  return c.json({ ok }, ok ? 200 : 503, { 'Cache-Control': 'no-store' })
})

for (const { name, paths, app } of surfaces) {
  const answer: Handler<{ Bindings: Env }> = (c) => {
    const { raw } = c.req
    note(c.executionCtx, { surface: name, route: patternOf(app, raw.method, app.getPath(raw)) })
    return app.fetch(raw, c.env, c.executionCtx)
  }
  for (const path of paths) root.all(path, answer)
}

root.notFound((c) => c.text('Not found.\n', 404, { 'Cache-Control': 'no-store' }))

/** Answers a request, and logs it. */
export function handle(
  request: Request,
  env: Env,
  execution: ExecutionContext,
): Response | Promise<Response> {
  return logged(request, env, execution, (counting) => answer(request, counting, execution))
}

/** Feeds come first: nothing stands before the path that calendar apps fetch all day. */
function answer(request: Request, env: Env, execution: ExecutionContext): Response | Promise<Response> {
  const path = pathOf(request.url)
  if (path.startsWith('/ecal-sub/') || isPublicFeedPath(path)) {
    return handleFeed(request, path, env, execution)
  }
  return keptOnlyWhereSaid(root.fetch(request, env, execution))
}

/** An answer that says nothing of caches isn't for them: the one in front of the Worker would keep it for hours. */
async function keptOnlyWhereSaid(answered: Response | Promise<Response>): Promise<Response> {
  const response = await answered
  if (response.headers.has('Cache-Control') || response.status === 101) return response
  const silent = new Response(response.body, response)
  silent.headers.set('Cache-Control', 'no-store')
  return silent
}
