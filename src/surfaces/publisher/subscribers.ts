import { createRoute, z } from '@hono/zod-openapi'
import type { Context as HonoContext } from 'hono'
import { createMiddleware } from 'hono/factory'
import { confirmEmail } from '../../domain/contacts/prove'
import { DomainError } from '../../domain/errors'
import { rotateFeedAddress } from '../../domain/feed-addresses'
import { oneLine } from '../../domain/fields'
import { addCalendars, removeCalendars } from '../../domain/subscribers/follows'
import {
  findByEmail,
  listSubscribers,
  readSubscriber,
  readSubscribers,
  resolveSubscriber,
} from '../../domain/subscribers/subscribers'
import { unsubscribe } from '../../domain/subscribers/unsubscribe'
import { done, ok, okWithoutData, publisherErrors, success } from './envelope'
import type { PublisherApp, PublisherEnv } from './environment'
import { allowsJson, id, instant, jsonBody, paging, requiresJson } from './fields'
import { listed } from './lists'
import { subscriberAnswer, subscriberSchema } from './wire/subscriber'

const tags = ['Subscribers']
const person = z.object({ ecal_id: z.string().openapi({ example: '652375ab635fd36a5e6695fb' }) })

const list = createRoute({
  method: 'get',
  path: '/apiv2/subscriber',
  operationId: 'listSubscribers',
  tags,
  summary: 'List active subscribers',
  request: {
    query: z.object({
      ...paging(),
      email: oneLine(254).optional(),
      reference: oneLine(128).optional(),
      calendarId: id.optional(),
      modifiedSince: instant.optional(),
    }),
  },
  responses: { 200: ok(z.array(subscriberSchema)), ...publisherErrors },
})

const read = createRoute({
  method: 'get',
  path: '/apiv2/subscriber/{ecal_id}',
  operationId: 'readSubscriber',
  tags,
  summary: 'Read a subscriber by ecal_id or e-mail address',
  request: { params: person },
  responses: { 200: ok(subscriberSchema), ...publisherErrors },
})

const permission = z.enum(['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write'], {
  error: 'Must be invited_read, subscribed_read, invited_write or subscribed_write.',
})

/** `add` or `remove`: another action is a path that nobody knows. */
const knowsAction = createMiddleware<PublisherEnv>((c, next) => {
  if (!['add', 'remove'].includes(c.req.param('action') ?? '')) throw new DomainError('not_found')
  return next()
})

const follow = createRoute({
  method: 'post',
  path: '/apiv2/subscriber/{ecal_id}/subscriptions/{action}',
  operationId: 'changeSubscriptions',
  tags,
  summary: 'Add calendars to a subscriber, or remove them',
  middleware: [knowsAction, requiresJson] as const,
  request: {
    params: person.extend({ action: z.string().openapi({ enum: ['add', 'remove'], example: 'add' }) }),
    body: jsonBody(
      z.object({
        calendarIds: z
          .array(id, { error: 'Must be an array of 1 to 100 ids.' })
          .min(1, 'Must be an array of 1 to 100 ids.')
          .max(100, 'Must be an array of 1 to 100 ids.'),
        permission: permission.nullable().optional(),
      }),
    ),
  },
  responses: { 200: ok(subscriberSchema), ...publisherErrors },
})

/** A POST without required fields. */
const act = (path: string, operationId: string, summary: string) => ({
  method: 'post' as const,
  path: `/apiv2/subscriber/{ecal_id}/${path}` as const,
  operationId,
  tags,
  summary,
  middleware: allowsJson,
  request: { params: person },
})

const leave = createRoute({
  ...act('unsubscribe', 'unsubscribe', 'Unsubscribe a subscriber for good'),
  responses: { 200: okWithoutData, ...publisherErrors },
})

const confirm = createRoute({
  ...act('confirm-email', 'confirmEmail', "Vouch that the e-mail is this person's"),
  responses: { 200: ok(subscriberSchema), ...publisherErrors },
})

const rotate = createRoute({
  ...act('feed-address/rotate', 'rotateFeedAddress', 'Give a subscriber a new feed address'),
  responses: { 200: ok(subscriberSchema), ...publisherErrors },
})

/** The full object of a person, as every call on one answers it. */
async function fullObject(c: HonoContext<PublisherEnv>, resolved: string) {
  const { context, origin } = c.var
  return subscriberAnswer(await readSubscriber(context, resolved), context.publisher, origin)
}

/** Subscribers (`publisher-api.md` 5). */
export function registerSubscribers(app: PublisherApp): void {
  app.openapi(list, async (c) => {
    const { context, origin } = c.var
    const views = await readSubscribers(context, await listSubscribers(context, c.req.valid('query')))
    return listed(
      c,
      views.map((view) => subscriberAnswer(view, context.publisher, origin)),
    )
  })

  app.openapi(read, async (c) => {
    const asked = c.req.valid('param').ecal_id
    const find = asked.includes('@') ? findByEmail : resolveSubscriber
    return c.json(success(await fullObject(c, await find(c.var.context, asked))), 200)
  })

  app.openapi(follow, async (c) => {
    const { action, ecal_id: ecalId } = c.req.valid('param')
    const { calendarIds, permission } = c.req.valid('json')
    const resolved = await resolveSubscriber(c.var.context, ecalId)
    if (action === 'add') await addCalendars(c.var.context, resolved, calendarIds, permission ?? undefined)
    else await removeCalendars(c.var.context, resolved, calendarIds)
    return c.json(success(await fullObject(c, resolved)), 200)
  })

  app.openapi(leave, async (c) => {
    await unsubscribe(c.var.context, await resolveSubscriber(c.var.context, c.req.valid('param').ecal_id))
    return c.json(done, 200)
  })

  app.openapi(confirm, async (c) => {
    const resolved = await resolveSubscriber(c.var.context, c.req.valid('param').ecal_id)
    await confirmEmail(c.var.context, resolved)
    return c.json(success(await fullObject(c, resolved)), 200)
  })

  app.openapi(rotate, async (c) => {
    const resolved = await resolveSubscriber(c.var.context, c.req.valid('param').ecal_id)
    await rotateFeedAddress(c.var.context, resolved)
    return c.json(success(await fullObject(c, resolved)), 200)
  })
}
