import { type RouteConfig, z } from '@hono/zod-openapi'
import { describeRoutes } from '../../platform/openapi/describe'
import type { Document } from '../../platform/openapi/document'

/** The reference of the feeds, which no router stands before. */

const tag = 'Feeds'

const tags = [
  {
    name: tag,
    description:
      'What calendar apps fetch: RFC 5545 text, with an ETag. The address of a person’s feed is its only secret.',
  },
]

const calendar = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Daybook//Daybook 1.0//EN',
  'CALSCALE:GREGORIAN',
  'METHOD:PUBLISH',
  'NAME:Acme',
  'X-WR-CALNAME:Acme',
  'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
  'X-PUBLISHED-TTL:PT1H',
  'BEGIN:VEVENT',
  'UID:66cc0f7da64cf7ee93658fbf@daybook',
  'DTSTAMP:20300401T000000Z',
  'DTSTART;VALUE=DATE:20300501',
  'DTEND;VALUE=DATE:20300502',
  'SUMMARY:Payment Due',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n')

const plain = (description: string, example: string) => ({
  description,
  content: { 'text/plain': { schema: z.string(), example } },
})

const responses = {
  200: {
    description: 'The calendar',
    headers: z.object({
      ETag: z.string().openapi({ description: 'Strong: the same ETag means the same bytes' }),
      'Last-Modified': z.string(),
    }),
    content: { 'text/calendar': { schema: z.string(), example: calendar } },
  },
  304: { description: 'As it was' },
  404: plain('Unknown', 'Not found.\n'),
  410: plain('The address was replaced, or the calendar deleted', 'Gone.\n'),
  429: plain('Read too often: come again after `Retry-After` seconds', 'Too many requests.\n'),
  500: plain('Our fault', 'Internal error.\n'),
}

const headers = z.object({
  'If-None-Match': z.string().optional().openapi({ description: 'An ETag that was answered before' }),
  'If-Modified-Since': z.string().optional(),
})

const name = (example: string) => z.string().openapi({ description: 'Cosmetic: any single segment', example })

const routes: readonly RouteConfig[] = [
  {
    method: 'get',
    path: '/ecal-sub/{address}/{name}',
    operationId: 'readFeed',
    tags: [tag],
    summary: 'Read the feed of a subscriber',
    request: {
      params: z.object({
        address: z
          .string()
          .regex(/^[0-9a-f]{32}$/)
          .openapi({ description: 'A feed address', example: '8f14e45fceea167a5a36dedd4bea2543' }),
        name: name('Acme.ics'),
      }),
      headers,
    },
    responses,
  },
  {
    method: 'get',
    path: '/calendars/{calendarId}/{name}.ics',
    operationId: 'readPublicFeed',
    tags: [tag],
    summary: 'Read the feed of a public calendar',
    request: {
      params: z.object({
        calendarId: z
          .string()
          .regex(/^[0-9a-f]{24}$/)
          .openapi({ example: '66cc0f7964b36a314725e151' }),
        name: name('Fixtures'),
      }),
      headers,
    },
    responses,
  },
]

/** The reference of the feeds. */
export function feedReference(): Document {
  return describeRoutes(routes, { tags })
}
