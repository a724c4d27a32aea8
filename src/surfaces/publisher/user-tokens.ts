import { createRoute, z } from '@hono/zod-openapi'
import { oneLine } from '../../domain/fields'
import { resolveSubscriber } from '../../domain/subscribers/subscribers'
import {
  createUserToken,
  listUserTokens,
  revokeUserToken,
  revokeUserTokens,
  type UserToken,
} from '../../domain/user-tokens'
import { done, ok, okWithoutData, publisherErrors, success } from './envelope'
import type { PublisherApp } from './environment'
import { allowsJson, instant, jsonBody } from './fields'

const tags = ['Subscribers']
const person = z.object({ ecal_id: z.string().openapi({ example: '652375ab635fd36a5e6695fb' }) })

const tokenExample = {
  id: '66cc0f7964b36a314725e160',
  name: 'Phone',
  created: '2030-04-01T00:00:00.000Z',
  expiresAt: null,
}

const tokenSchema = z
  .object({ id: z.string(), name: z.string(), created: z.string(), expiresAt: z.string().nullable() })
  .openapi('UserToken', { example: tokenExample })

const madeSchema = tokenSchema.extend({ token: z.string() }).openapi('MadeUserToken', {
  example: { ...tokenExample, token: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' },
})

const create = createRoute({
  method: 'post',
  path: '/apiv2/subscriber/{ecal_id}/tokens',
  operationId: 'createUserToken',
  tags,
  summary: 'Make a token by which an app acts for this person',
  middleware: allowsJson,
  request: {
    params: person,
    body: jsonBody(
      z.object({ name: oneLine(250).nullish().openapi({ example: 'Phone' }), expiresAt: instant.nullish() }),
    ),
  },
  responses: {
    200: ok(madeSchema, 'The token is shown this once'),
    ...publisherErrors,
  },
})

const list = createRoute({
  method: 'get',
  path: '/apiv2/subscriber/{ecal_id}/tokens',
  operationId: 'listUserTokens',
  tags,
  summary: 'List the tokens of a person',
  request: { params: person },
  responses: { 200: ok(z.array(tokenSchema)), ...publisherErrors },
})

const removeAll = createRoute({
  method: 'delete',
  path: '/apiv2/subscriber/{ecal_id}/tokens',
  operationId: 'revokeUserTokens',
  tags,
  summary: 'Revoke every token of a person',
  request: { params: person },
  responses: { 200: okWithoutData, ...publisherErrors },
})

const remove = createRoute({
  method: 'delete',
  path: '/apiv2/subscriber/{ecal_id}/tokens/{id}',
  operationId: 'revokeUserToken',
  tags,
  summary: 'Revoke a token',
  request: { params: person.extend({ id: z.string().openapi({ example: tokenExample.id }) }) },
  responses: { 200: okWithoutData, ...publisherErrors },
})

function tokenAnswer({ id, name, createdAt, expiresAt }: UserToken): z.infer<typeof tokenSchema> {
  const iso = (at: number) => new Date(at).toISOString()
  return { id, name, created: iso(createdAt), expiresAt: expiresAt === null ? null : iso(expiresAt) }
}

/** Tokens of persons (`publisher-api.md` 5, `event-subscriptions.md` 2). */
export function registerUserTokens(app: PublisherApp): void {
  app.openapi(create, async (c) => {
    const { context } = c.var
    const { name, expiresAt } = c.req.valid('json')
    const resolved = await resolveSubscriber(context, c.req.valid('param').ecal_id)
    const made = await createUserToken(context, resolved, { name: name ?? '', expiresAt: expiresAt ?? null })
    const { id, ...rest } = tokenAnswer(made)
    return c.json(success({ id, token: made.token, ...rest }), 200)
  })

  app.openapi(list, async (c) => {
    const { context } = c.var
    const resolved = await resolveSubscriber(context, c.req.valid('param').ecal_id)
    return c.json(success((await listUserTokens(context, resolved)).map(tokenAnswer)), 200)
  })

  app.openapi(removeAll, async (c) => {
    const { context } = c.var
    await revokeUserTokens(context, await resolveSubscriber(context, c.req.valid('param').ecal_id))
    return c.json(done, 200)
  })

  app.openapi(remove, async (c) => {
    const { context } = c.var
    const { ecal_id: ecalId, id } = c.req.valid('param')
    await revokeUserToken(context, await resolveSubscriber(context, ecalId), id)
    return c.json(done, 200)
  })
}
