import { z } from '@hono/zod-openapi'
import { eventObject } from '../../../objects/event'

const example = {
  id: '66cc0f7da64cf7ee93658fbf',
  eventId: '66cc0f7da64cf7ee93658fbf',
  calendarId: '66cc0f7964b36a314725e151',
  ecalId: '652375ab635fd36a5e6695fb',
  type: 'private' as const,
  name: 'Payment Due',
  location: '',
  startDate: '2030-05-01',
  startTime: '',
  endDate: '2030-05-01',
  endTime: '',
  allDay: true,
  timezone: 'Australia/Melbourne',
  details: '$120.00',
  url: '',
  status: 'confirmed' as const,
  showAs: 'free' as const,
  alert: '1D',
  alert2: '',
  quickLink: [{ name: 'Pay now', url: 'https://example.com/pay' }],
  categories: '',
  draft: 0,
  reference: 'loan-7/2030-05',
  referenceType: 'payment',
  recurrence: '',
  exceptions: [],
  sequence: 0,
  publisherId: 12279,
  publisherOrgId: 4191,
  created: '2030-04-01T00:00:00.000Z',
  modified: '2030-04-01T00:00:00.000Z',
}

/** An event as `publisher-api.md` 4 answers it. */
export const eventSchema = z
  .object({
    id: z.string(),
    eventId: z.string(),
    calendarId: z.string(),
    ecalId: z.string(),
    type: z.enum(['fixture', 'private']),
    name: z.string(),
    location: z.string(),
    startDate: z.string(),
    startTime: z.string(),
    endDate: z.string(),
    endTime: z.string(),
    allDay: z.boolean(),
    timezone: z.string(),
    details: z.string(),
    url: z.string(),
    status: z.enum(['confirmed', 'tentative', 'cancelled']),
    showAs: z.enum(['busy', 'free']),
    alert: z.string(),
    alert2: z.string(),
    quickLink: z.array(z.object({ name: z.string(), url: z.string() })),
    categories: z.string(),
    draft: z.number().int(),
    reference: z.string(),
    referenceType: z.string(),
    recurrence: z.string(),
    exceptions: z.array(z.record(z.string(), z.unknown())),
    sequence: z.number().int(),
    publisherId: z.number().int(),
    publisherOrgId: z.number().int(),
    created: z.string(),
    modified: z.string(),
  })
  .openapi('Event', { example })

export type EventAnswer = z.infer<typeof eventSchema>

/** The answer for an event; timed ones in the zone `tz` where one is asked for. */
export const eventAnswer: (...facts: Parameters<typeof eventObject>) => EventAnswer = eventObject
