import { z } from '@hono/zod-openapi'

/** The parameters of this dialect's lists, for its reference: `Parameters` reads and judges them. */

const ids = (of: string, example?: string) =>
  z
    .string()
    .optional()
    .openapi({
      description: `${of}: \`[a,b]\`, \`a,b\` or the parameter repeated, at most 100; \`[]\` matches nothing`,
      ...(example === undefined ? {} : { example }),
    })

const whole = z.number().int().min(0)

const page = { limit: whole.max(100).default(10), offset: whole.default(0) }

const synced = {
  sync_token: whole.optional().openapi({
    description: 'What changed since: items with a higher token, `removed` ones too. 0 is always valid',
  }),
  order_by: z
    .enum(['creation_date', 'sync_token'])
    .optional()
    .openapi({ description: '`creation_date`, or with a `sync_token` that' }),
  order_asc: z.enum(['true', 'false']).default('true'),
  ...page,
}

export const subscriptionsQuery = z.object({
  event_ids: ids('Subscriptions to any of these events'),
  subscriber_ids: ids('Subscriptions of any of these persons'),
  service_ids: ids('Of events in calendars of any of these services'),
  rsvp_status: z.enum(['not_replied', 'attending', 'not_attending', 'null']).optional(),
  ...synced,
})

export const eventsQuery = z.object({
  ids: ids('Any of these events'),
  service_ids: ids('In calendars of any of these services'),
  calendar_ids: ids('In all of these calendars'),
  calendar_ids__or: ids('In any of these calendars'),
  ...synced,
})

export const calendarsQuery = z.object({
  ids: ids('Any of these calendars'),
  service_ids: ids('Of any of these services'),
  categories: ids('Whose first category is any of these'),
  ...page,
})
