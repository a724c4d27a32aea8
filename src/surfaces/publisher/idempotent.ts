import { createMiddleware } from 'hono/factory'
import { invalid } from '../../domain/errors'
import { holdKey, type IdempotencyScope, keepAnswer, releaseKey } from '../../domain/idempotency'
import { sha256Hex } from '../../platform/digest'
import { answerError } from './envelope'
import type { PublisherEnv } from './environment'

/** Parameters that differ between two sendings of one request. */
const notOfTheRequest = ['apiSign', 'apiSign256', 'ts', 'nonce']

/** The largest answer that is kept, in characters: sealed it must fit into a value of the database. */
const MAX_KEPT = 400_000

/** Honours `Idempotency-Key` on every POST: a repeat answers what the first did, and does nothing. */
export const idempotent = createMiddleware<PublisherEnv>(async (c, next) => {
  const key = c.req.header('Idempotency-Key')
  if (c.req.method !== 'POST' || key === undefined) return next()
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) {
    return answerError(invalid('Idempotency-Key', 'Must be 1 to 255 printable ASCII characters.'), c)
  }
  const { context, session, parameters, body } = c.var
  const path = c.req.path.replace(/\/+$/, '')
  const scope: IdempotencyScope = { publisherId: context.publisher.id, method: 'POST', path, key }
  const query = [...parameters].filter(([name]) => !notOfTheRequest.includes(name)).sort()
  const requestHash = await sha256Hex(`${JSON.stringify(query)}\n${await sha256Hex(body)}`)

  const hold = await holdKey(session, scope, requestHash, context.now, context.encryptionKey)
  if (hold.kind === 'answered') {
    return c.body(hold.answer.body, hold.answer.status as 200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      'Idempotent-Replayed': 'true',
    })
  }
  c.set('context', { ...context, inEachWrite: hold.inBatch })
  await next()
  // No answer to an effect is this large: what is (a search) can as well be asked again.
  const text = c.res.ok ? await c.res.clone().text() : ''
  if (c.res.ok && text.length <= MAX_KEPT) {
    const kept = { status: c.res.status, body: text }
    await keepAnswer(session, scope, hold.holder, kept, context.encryptionKey)
  } else {
    await releaseKey(session, scope, hold.holder, c.res.status >= 400 && c.res.status < 500)
  }
})
