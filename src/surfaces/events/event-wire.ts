import { z } from '@hono/zod-openapi'
import { personRef } from './wire'

/** The shapes of events and calendars, for the reference; what is sent is made elsewhere. */

const place = z.object({ text: z.string() }).nullable()
const permission = z.enum(['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write', 'removed'])
const rsvp = z.enum(['not_replied', 'attending', 'not_attending']).nullable()
const instant = z.string().openapi({ example: '2042-02-12T15:19:21.000000Z' })
const zone = z.string().openapi({ example: 'Europe/Amsterdam' })
const never = z.null()

export const eventSchema = z
  .object({
    id: z.string(),
    sync_token: z.number().int().nullable(),
    event_type: z.literal('normal'),
    creator: personRef,
    created: instant,
    modified: instant,
    title: z.string(),
    description: z.string().nullable(),
    start: instant,
    end: instant,
    start_timezone: zone,
    end_timezone: zone,
    all_day: z.boolean(),
    start_location: place,
    end_location: never,
    permission,
    previous_permission: never,
    is_invitation: z.boolean(),
    invitation: z.object({ actor: personRef, message: z.string().nullable(), created: instant }).nullable(),
    calendar_ids: z.array(z.string()),
    rsvp_status: rsvp,
    due: never,
    color: never,
    icon: never,
    logo: never,
    source_url: never,
    time_buffer: never,
    length: never,
    trip: never,
    is_suggestion: never,
    related_event: z.array(z.string()),
    recurrence: z.boolean(),
    recurrence_parent: never,
  })
  .openapi('AppEvent')

export const eventBody = z
  .object({
    event_type: z.literal('normal').optional(),
    title: z.string().max(250).optional(),
    description: z.string().max(10_000).nullable().optional(),
    start: instant,
    end: instant,
    start_timezone: zone,
    end_timezone: zone,
    all_day: z.boolean().optional(),
    start_location: place.optional(),
    calendar_ids: z.array(z.string()).optional(),
    rsvp_status: rsvp.optional(),
  })
  .openapi('AppEventInput')

export const calendarSchema = z
  .object({
    id: z.string(),
    created: instant,
    modified: instant,
    creator: personRef,
    inviter: never,
    permission,
    previous_permission: never,
    name: z.string(),
    description: never,
    category: z.string().nullable(),
    color: never,
    icon: never,
    logo: never,
    url: never,
    calendar_type: z.literal('private').nullable(),
  })
  .openapi('AppCalendar')
