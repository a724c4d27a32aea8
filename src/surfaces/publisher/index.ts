import { OpenAPIHono } from '@hono/zod-openapi'
import { DomainError } from '../../domain/errors'
import { fieldIssues } from '../../domain/fields'
import { answerOtherMethods } from '../../platform/http'
import { registerAccounts } from './accounts'
import { authenticate } from './authenticate'
import { registerBatch } from './batch'
import { registerCalendars } from './calendars'
import { answerError, refuse } from './envelope'
import type { PublisherApp, PublisherEnv } from './environment'
import { registerEvents } from './events'
import { idempotent } from './idempotent'
import { registerSubscribers } from './subscribers'
import { registerUserTokens } from './user-tokens'
import { registerWebhookDeliveries } from './webhook-deliveries'
import { registerWebhooks } from './webhooks'
import { registerWidgets } from './widgets'

/** The publisher API `/apiv2` (`publisher-api.md`). */
export const publisherApp: PublisherApp = new OpenAPIHono<PublisherEnv>({
  strict: false,
  defaultHook: (result) => {
    if (!result.success) throw new DomainError('invalid', fieldIssues(result.error))
  },
})

publisherApp.use('*', authenticate, idempotent, async (c, next) => {
  await next()
  c.header('Cache-Control', 'no-store')
  if (c.res.status !== 204) c.header('Content-Type', 'application/json; charset=utf-8')
})

registerAccounts(publisherApp)
registerCalendars(publisherApp)
registerBatch(publisherApp)
registerEvents(publisherApp)
registerSubscribers(publisherApp)
registerUserTokens(publisherApp)
registerWidgets(publisherApp)
registerWebhooks(publisherApp)
registerWebhookDeliveries(publisherApp)
answerOtherMethods(publisherApp, (allow) => (c) => refuse(c, 405, { Allow: allow }))

publisherApp.notFound((c) => refuse(c, 404))
publisherApp.onError(answerError)
