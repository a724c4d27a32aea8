import { OpenAPIHono } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { DomainError, invalid } from '../../domain/errors'
import { fieldIssues } from '../../domain/fields'
import { publicOrigin } from '../../env'
import { clock } from '../../platform/clock'
import { bookmarkOf } from '../../platform/d1'
import { sameSecret, sha256Hex } from '../../platform/digest'
import { answerOtherMethods, readBody, strictText } from '../../platform/http'
import { parseObject } from '../../platform/json-object'
import { Strangers } from '../../platform/strangers'
import { registerAudit } from './audit'
import { registerBusinesses } from './businesses'
import { registerClients } from './clients'
import { answerError, refuse, texts } from './envelope'
import type { OperatorApp, OperatorEnv } from './environment'
import { registerHealth } from './health'
import { atHomeOfPath, enter } from './home'
import { registerMarketplaceBills } from './marketplace-bills'
import { registerMarketplaceGroups } from './marketplace-groups'
import { registerMarketplaces } from './marketplaces'
import { registerPublishers } from './publishers'
import { registerReference } from './reference'
import { registerReseal } from './reseal'
import { registerRestored } from './restored'
import { registerSignInLinks } from './sign-in-links'
import { registerSubscribers } from './subscribers'

const MAX_BODY = 65_536

/**
 * Clients that gave wrong tokens: refused for a minute, also one that guesses right by then. A token that was good from
 * there before goes on being served.
 */
const guessers = new Strangers('operator', 60)

/** Lets nobody in without the operator's token; while none is set, this surface does not exist (`operator.md`). */
const authenticate = createMiddleware<OperatorEnv>(async (c, next) => {
  const token = c.env.OPERATOR_TOKEN
  if (!token) return refuse(c, 404, 'not_found', 'There is no such thing.')
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(c.req.header('Authorization') ?? '') ?? []
  const now = clock.now()
  const hash = await sha256Hex(given)
  if (guessers.bars(c.req.raw, hash, now)) {
    return refuse(c, 429, ...texts.too_many, { headers: { 'Retry-After': '60' } })
  }
  if (!(await sameSecret(given, token))) {
    // Without a token nothing was guessed.
    if (given !== '') await guessers.failed(c.env.OPERATOR_RATE, c.req.raw, hash, now)
    return refuse(c, 401, ...texts.unauthorized, {
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  }
  guessers.passed(c.req.raw, hash)
  c.set('origin', publicOrigin(c.env, c.req.raw))
  enter(c, await atHomeOfPath(c.env, c.req.path))
  await next()
  c.header('Cache-Control', 'no-store')
  for (const [name, value] of Object.entries(bookmarkOf(c.req, c.var.session))) c.header(name, value)
})

/** Reads a body as one JSON object whatever its Content-Type says; an empty one counts as `{}`. */
const readsJson = createMiddleware<OperatorEnv>(async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD' || c.req.method === 'DELETE') return next()
  const bytes = await readBody(c.req.raw, MAX_BODY)
  if (bytes === 'too_large') return refuse(c, 413, ...texts.too_large)
  if (bytes === 'too_slow') return refuse(c, 408, ...texts.too_slow)
  const text = bytes.length === 0 ? '{}' : strictText(bytes)
  if (parseObject(text) === null) {
    throw invalid('', 'The body must be one JSON object in UTF-8.')
  }
  const headers = new Headers(c.req.raw.headers)
  headers.set('Content-Type', 'application/json')
  headers.delete('Content-Length')
  c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body: text })
  await next()
})

/** The operator API `/operator`: for whoever runs this deployment. */
export const operatorApp: OperatorApp = new OpenAPIHono<OperatorEnv>({
  strict: false,
  defaultHook: (result) => {
    if (!result.success) throw new DomainError('invalid', fieldIssues(result.error))
  },
})

operatorApp.use('*', authenticate, readsJson)
registerPublishers(operatorApp)
registerClients(operatorApp)
registerBusinesses(operatorApp)
registerSignInLinks(operatorApp)
registerAudit(operatorApp)
registerSubscribers(operatorApp)
registerMarketplaces(operatorApp)
registerMarketplaceGroups(operatorApp)
registerMarketplaceBills(operatorApp)
registerHealth(operatorApp)
registerRestored(operatorApp)
registerReseal(operatorApp)
registerReference(operatorApp)
answerOtherMethods(operatorApp, (allow) => (c) => {
  return refuse(c, 405, 'method_not_allowed', 'This path has no such method.', { headers: { Allow: allow } })
})
operatorApp.notFound((c) => refuse(c, 404, 'not_found', 'There is no such thing.'))
operatorApp.onError(answerError)
