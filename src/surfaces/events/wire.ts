import { z } from '@hono/zod-openapi'

/** The shapes of this dialect's answers, for its reference; what is sent is made elsewhere, as text. */

const id = z.string().openapi({ example: '652375ab635fd36a5e6695fb' })

const named = { id, user_id: id, first_name: z.string(), last_name: z.string() }

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
    permission: z.enum(['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write', 'removed']),
    actor: personRef.nullable(),
    message: z.string().nullable().optional(),
    created: z.string(),
    calendar_ids: z.array(z.string()),
    rsvp_status: z.enum(['not_replied', 'attending', 'not_attending']).nullable(),
    sync_token: z.number().int(),
  })
  .openapi('EventSubscription')

/** An answer of this surface: always a list, also of one. */
export const listOf = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: {
    'application/json': {
      schema: z.object({
        data: z.array(schema),
        meta_data: z.object({
          sync_token: z.number().int().optional(),
          count: z.number().int().optional(),
          offset: z.number().int().optional(),
          limit: z.number().int().optional(),
        }),
      }),
    },
  },
})
