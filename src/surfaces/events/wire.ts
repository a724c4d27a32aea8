import { z } from '@hono/zod-openapi'

/** The shapes of this dialect's answers, for its reference; what is sent is made elsewhere, as text. */

const id = z.string().openapi({ example: '652375ab635fd36a5e6695fb' })

const named = { id, user_id: id, first_name: z.string(), last_name: z.string() }

const person = '652375ab635fd36a5e6695fb'
const host = '652375ab635fd36a5e669600'

export const personExample = { id: host, user_id: host, first_name: 'Arthur', last_name: 'Dent' }

const example = {
  id: `665f1c2ab9d0c1e2f3a4b5c6_${person}`,
  event_id: '665f1c2ab9d0c1e2f3a4b5c6',
  subscriber: {
    id: person,
    user_id: person,
    first_name: 'Ella',
    last_name: 'Bartledan',
    email: null,
    phone_number: '+31612345678',
    phonenumber: '+31612345678',
    tags: [],
  },
  is_invitation: true,
  permission: 'invited_read' as const,
  actor: personExample,
  message: 'Are you coming to the end of the universe?',
  created: '2042-02-12T15:19:21.000000Z',
  calendar_ids: [],
  rsvp_status: 'not_replied' as const,
  sync_token: 142,
}

export const personRef = z.object(named)

export const subscriptionSchema = z
  .object({
    id: z.string().openapi({ example: '665f1c2ab9d0c1e2f3a4b5c6_652375ab635fd36a5e6695fb' }),
    event_id: z.string(),
    subscriber: z.object({
      ...named,
      email: z.string().nullable(),
      phone_number: z.string().nullable(),
      phonenumber: z.string().nullable(),
      tags: z.array(z.string()),
    }),
    is_invitation: z.boolean(),
    permission: z.enum(['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write']),
    actor: personRef.nullable(),
    message: z.string().nullable().optional(),
    created: z.string(),
    calendar_ids: z.array(z.string()),
    rsvp_status: z.enum(['not_replied', 'attending', 'not_attending']).nullable(),
    sync_token: z.number().int(),
  })
  .openapi('EventSubscription', { example })

/** An item that left the viewer's sight, as a sync tells it. */
const goneSchema = z
  .object({ id: z.string(), permission: z.literal('removed'), sync_token: z.number().int() })
  .openapi('Removed', { example: { id: example.id, permission: 'removed', sync_token: 143 } })

const meta = z
  .object({
    sync_token: z.number().int().optional(),
    count: z.number().int().optional(),
    offset: z.number().int().optional(),
    limit: z.number().int().optional(),
    created: z.boolean().optional().openapi({ description: 'Of a POST: whether it was made by this call' }),
    merged_ids: z
      .array(z.string())
      .optional()
      .openapi({ description: 'The persons who were merged by this call' }),
  })
  .openapi('EventsMeta', { example: { sync_token: 142, count: 1, offset: 0, limit: 10 } })

/** An answer of this surface: always a list, also of one. */
export const listOf = <T extends z.ZodType>(item: T, description: string) => ({
  description,
  content: { 'application/json': { schema: z.object({ data: z.array(item), meta_data: meta }) } },
})

/** A page of a list that can be synced. */
export const syncOf = <T extends z.ZodType>(schema: T, description: string) =>
  listOf(z.union([schema, goneSchema]), description)
