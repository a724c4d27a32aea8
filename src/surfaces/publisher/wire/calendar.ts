import { z } from '@hono/zod-openapi'
import type { Calendar } from '../../../domain/calendars/calendars'
import type { Publisher } from '../../../domain/context'
import { publicFeedUrl } from '../../../domain/feeds/links'

const example = {
  id: '66cc0f7964b36a314725e151',
  name: 'Fixtures 2030',
  type: 'fixture' as const,
  categories: 'Sports/Basketball',
  categoryIds: [],
  reference: 'fixtures-2030',
  timezone: 'Australia/Melbourne',
  draft: 0,
  note: '',
  source: '',
  sourceStatus: { lastFetched: null, error: '' },
  feed: 'https://daybook.example/calendars/66cc0f7964b36a314725e151/Fixtures%202030.ics',
  latestVersion: 42,
  publisherId: 12279,
  publisherOrgId: 4191,
  created: '2030-04-01T00:00:00.000Z',
  modified: '2030-04-01T00:00:00.000Z',
}

/** A calendar as `publisher-api.md` 3 answers it. */
export const calendarSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.enum(['fixture', 'private']),
    categories: z.string(),
    categoryIds: z.array(z.string()),
    reference: z.string(),
    timezone: z.string(),
    draft: z.number().int(),
    note: z.string(),
    source: z.string(),
    sourceStatus: z.object({ lastFetched: z.string().nullable(), error: z.string() }),
    feed: z.string(),
    latestVersion: z.number().int(),
    publisherId: z.number().int(),
    publisherOrgId: z.number().int(),
    created: z.string(),
    modified: z.string(),
  })
  .openapi('Calendar', { example })

/** The answer for a calendar; `origin` is this deployment's. */
export function calendarAnswer(
  calendar: Calendar,
  publisher: Publisher,
  origin: string,
): z.infer<typeof calendarSchema> {
  const isOpen = calendar.kind === 'public' && !calendar.draft
  return {
    id: calendar.id,
    name: calendar.name,
    type: calendar.kind === 'private' ? 'private' : 'fixture',
    categories: calendar.categories,
    categoryIds: [],
    reference: calendar.reference,
    timezone: calendar.timezone,
    draft: calendar.draft ? 1 : 0,
    note: calendar.note,
    source: calendar.source,
    sourceStatus: {
      lastFetched:
        calendar.sourceFetchedAt === null ? null : new Date(calendar.sourceFetchedAt).toISOString(),
      error: calendar.sourceError,
    },
    feed: isOpen ? publicFeedUrl(origin, calendar.id, calendar.name) : '',
    latestVersion: calendar.revision,
    publisherId: publisher.id,
    publisherOrgId: publisher.orgId,
    created: new Date(calendar.createdAt).toISOString(),
    modified: new Date(calendar.modifiedAt).toISOString(),
  }
}
