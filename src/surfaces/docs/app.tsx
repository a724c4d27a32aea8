import { type Context, Hono } from 'hono'
import { type Env, publicOrigin } from '../../env'
import { clock } from '../../platform/clock'
import { logFault } from '../../platform/fault-log'
import { answerOtherMethods } from '../../platform/http'
import type { Document } from '../../platform/openapi/document'
import { comeAgain, mayOpen } from '../../platform/rates'
import { type Made, memoised } from './memo'
import { DocsPage } from './page'
import { pageScript } from './page-script'
import { pageStyle } from './page-style'
import { COMPONENT_PATH, DOCS_PATH, OPENAPI_PATH, POSTMAN_PATH, SCRIPT_PATH, STYLE_PATH } from './paths'
import { postmanCollection } from './postman'

type DocsEnv = { Bindings: Env }

/** For five minutes: what the reference says changes with a deployment only. */
const kept = { 'Cache-Control': 'public, max-age=300', 'X-Content-Type-Options': 'nosniff' }

const json = { ...kept, 'Content-Type': 'application/json', 'Access-Control-Allow-Origin': '*' }

/** Nothing but what this Worker serves; styles may stand in the page, since the component writes its own. */
const page = {
  ...kept,
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'Referrer-Policy': 'same-origin',
}

const text = (type: string) => ({ ...kept, 'Content-Type': `text/${type}; charset=utf-8` })

/** The component's one file, as its makers publish it (`assets` in wrangler.toml). */
const COMPONENT = '/redoc.standalone.js'
const FOREIGN_PICTURE = 'https://cdn.redoc.ly/redoc/logo-mini.svg'

/** The reference `/docs` and `/openapi.json` (`portal.md`, *API reference*). `make` makes the document, once: it takes a while. */
export function createDocsApp(make: () => Document): Hono<DocsEnv> {
  const app = new Hono<DocsEnv>({ strict: false })
  let made: Document | null = null
  const load = () => {
    made ??= make()
    return made
  }

  const document = memoised(async (origin) => {
    return JSON.stringify({ ...load(), servers: [{ url: origin }] })
  })
  const collection = memoised(async (origin) => JSON.stringify(postmanCollection(load(), origin)))
  const reference = memoised(async (origin) => {
    return `<!doctype html>${String(await (<DocsPage document={load()} origin={origin} />))}`
  })

  app.use('*', async (c, next) => {
    if (await mayOpen(c.env, c.req.raw, 'docs', clock.now())) return next()
    return plain(c, 429, 'Too many requests.', comeAgain)
  })
  app.get(OPENAPI_PATH, async (c) => answer(c, await document(originOf(c)), json))
  app.get(POSTMAN_PATH, async (c) => {
    const named = { ...json, 'Content-Disposition': 'attachment; filename="daybook.postman_collection.json"' }
    return answer(c, await collection(originOf(c)), named)
  })
  app.get(DOCS_PATH, async (c) => answer(c, await reference(originOf(c)), page))
  app.get(SCRIPT_PATH, (c) => c.body(pageScript, 200, text('javascript')))
  app.get(STYLE_PATH, (c) => c.body(pageStyle, 200, text('css')))
  app.get(COMPONENT_PATH, answerComponent)
  answerOtherMethods(app, (allow) => (c) => plain(c, 405, 'Method not allowed.', { Allow: allow }))

  app.notFound((c) => plain(c, 404, 'Not found.'))
  app.onError((error, c) => {
    logFault('docs', error)
    return plain(c, 500, 'Internal error.')
  })
  return app
}

/** The component, but for a picture that it would fetch from its makers. */
async function answerComponent(c: Context<DocsEnv>): Promise<Response> {
  const headers = c.req.raw.headers
  const asset = await c.env.ASSETS.fetch(new Request(new URL(COMPONENT, c.req.url), { headers }))
  const script = asset.status === 200 ? (await asset.text()).replaceAll(FOREIGN_PICTURE, 'data:,') : null
  const etag = asset.headers.get('ETag')
  return new Response(script, {
    status: asset.status,
    headers: { ...text('javascript'), ...(etag === null ? {} : { ETag: etag }) },
  })
}

const originOf = (c: Context<DocsEnv>) => publicOrigin(c.env, c.req.raw)

/** What was made, or that it is as it was. */
function answer(c: Context<DocsEnv>, { text, etag }: Made, headers: Record<string, string>): Response {
  const known = (c.req.header('If-None-Match') ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
  if (known.includes(etag) || known.includes('*')) return c.body(null, 304, { ...headers, ETag: etag })
  return c.body(text, 200, { ...headers, ETag: etag })
}

function plain(c: Context<DocsEnv>, status: 404 | 405 | 429 | 500, words: string, headers = {}): Response {
  return c.text(`${words}\n`, status, { 'Cache-Control': 'no-store', ...headers })
}
