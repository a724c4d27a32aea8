import { z } from '@hono/zod-openapi'
import { personExample, personRef } from './wire'

/** The shapes of events and calendars, for the reference; what is sent is made elsewhere. */

const place = z.object({ text: z.string() }).nullable()
const permission = z.enum(['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write'])
const rsvp = z.enum(['not_replied', 'attending', 'not_attending']).nullable()
const instant = z.string().openapi({ example: '2042-02-12T15:19:21.000000Z' })
const zone = z.string().openapi({ example: 'Europe/Amsterdam' })
const never = z.null()

const times = {
  start: '2042-02-12T18:00:00.000000Z',
  end: '2042-02-12T20:00:00.000000Z',
  start_timezone: 'Europe/Amsterdam',
  end_timezone: 'Europe/Amsterdam',
}

const written = { title: 'Dinner', ...times, all_day: false, start_location: { text: 'Milliways' } }

const example = {
  id: '665f1c2ab9d0c1e2f3a4b5c6',
  sync_token: 142,
  event_type: 'normal' as const,
  creator: personExample,
  created: '2042-02-01T09:00:00.000000Z',
  modified: '2042-02-01T09:00:00.000000Z',
  description: null,
  ...written,
  end_location: null,
  permission: 'subscribed_write' as const,
  previous_permission: null,
  is_invitation: false,
  invitation: { actor: personExample, message: null, created: '2042-02-01T09:00:00.000000Z' },
  calendar_ids: [],
  rsvp_status: null,
  due: null,
  color: null,
  icon: null,
  logo: null,
  source_url: null,
  time_buffer: null,
  length: null,
  trip: null,
  is_suggestion: null,
  related_event: [],
  recurrence: false,
  recurrence_parent: null,
}

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
  .openapi('AppEvent', { example })

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
  .openapi('AppEventInput', { example: written })

export const eventPatch = eventBody
  .partial()
  .openapi('AppEventPatch', { example: { title: 'Dinner at the end', rsvp_status: 'attending' } })

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
    calendar_type: z.enum(['private']).nullable(),
  })
  .openapi('AppCalendar', {
    example: {
      id: '66cc0f7964b36a314725e151',
      created: '2042-01-01T00:00:00.000000Z',
      modified: '2042-01-01T00:00:00.000000Z',
      creator: { id: '12279', user_id: '12279', first_name: 'Acme Lending', last_name: '' },
      inviter: null,
      permission: 'subscribed_read',
      previous_permission: null,
      name: 'Fixtures 2030',
      description: null,
      category: 'sports',
      color: null,
      icon: null,
      logo: null,
      url: null,
      calendar_type: null,
    },
  })
