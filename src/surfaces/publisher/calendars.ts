import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import {
  type CalendarValues,
  changeCalendar,
  createCalendar,
  deleteCalendar,
  listCalendars,
  readCalendar,
} from '../../domain/calendars/calendars'
import { invalid } from '../../domain/errors'
import { categoryPaths, flag, manyLines, oneLine, optional, timeZoneName } from '../../domain/fields'
import { checkAddress } from './addresses'
import { done, ok, okWithoutData, publisherErrors, success } from './envelope'
import type { PublisherApp, PublisherEnv } from './environment'
import { calendarType, jsonBody, paging, queryFlag, requiresJson } from './fields'
import { listed } from './lists'
import { calendarAnswer, calendarSchema } from './wire/calendar'

const tags = ['Calendars']
const path = z.object({ idOrReference: z.string().openapi({ example: 'fixtures-2030' }) })

const shape = {
  name: oneLine(250, 2).openapi({ example: 'Fixtures 2030' }),
  type: optional(calendarType),
  categories: optional(categoryPaths).openapi({ example: 'Sports/Basketball' }),
  reference: optional(oneLine(128)).openapi({ example: 'fixtures-2030' }),
  timezone: optional(timeZoneName).openapi({ example: 'Australia/Melbourne' }),
  draft: optional(flag),
  note: optional(manyLines(2000)),
  source: optional(oneLine(2000)).openapi({ description: 'An https address that events are imported from' }),
}

const newCalendar = z.object(shape).openapi('NewCalendar')
const changedCalendar = z
  .object(shape)
  .partial()
  .openapi('ChangedCalendar', { example: { name: 'Fixtures 2030, final' } })

/** The values that a body gives; what it clears or leaves out of a new calendar takes its default. */
function fromWire(body: z.infer<typeof changedCalendar>, timezone: string): Partial<CalendarValues> {
  const { name, categories, reference, draft, note, source } = body
  const orEmpty = (value: string | null | undefined) => (value === null ? '' : value)
  const values = {
    name,
    categories: orEmpty(categories),
    reference: orEmpty(reference),
    timezone: body.timezone === null ? timezone : body.timezone,
    draft: draft === null ? false : draft,
    note: orEmpty(note),
    source: orEmpty(source),
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** @throws DomainError `invalid` for an address that no calendar is fetched from */
function checkSource(c: Context<PublisherEnv>, source: string): void {
  // How other programs show the address of a calendar; it is at the same place under https.
  if (/^webcals?:/i.test(source)) throw invalid('source', 'Must begin with https:// instead of webcal://.')
  checkAddress(c, 'source', source)
}

const list = createRoute({
  method: 'get',
  path: '/apiv2/calendar',
  operationId: 'listCalendars',
  tags,
  summary: 'List calendars',
  request: {
    query: z.object({ ...paging(1000), showDraft: queryFlag(false), reference: oneLine(128).optional() }),
  },
  responses: { 200: ok(z.array(calendarSchema)), ...publisherErrors },
})

const read = createRoute({
  method: 'get',
  path: '/apiv2/calendar/{idOrReference}',
  operationId: 'readCalendar',
  tags,
  summary: 'Read a calendar',
  request: { params: path },
  responses: { 200: ok(calendarSchema), ...publisherErrors },
})

const create = createRoute({
  method: 'post',
  path: '/apiv2/calendar',
  operationId: 'createCalendar',
  tags,
  summary: 'Make a calendar',
  middleware: requiresJson,
  request: { body: jsonBody(newCalendar) },
  responses: { 200: ok(calendarSchema), ...publisherErrors },
})

const change = createRoute({
  method: 'put',
  path: '/apiv2/calendar/{idOrReference}',
  operationId: 'changeCalendar',
  tags,
  summary: 'Change a calendar',
  middleware: requiresJson,
  request: { params: path, body: jsonBody(changedCalendar) },
  responses: { 200: ok(calendarSchema), ...publisherErrors },
})

const remove = createRoute({
  method: 'delete',
  path: '/apiv2/calendar/{idOrReference}',
  operationId: 'deleteCalendar',
  tags,
  summary: 'Delete a calendar',
  request: { params: path },
  responses: { 200: okWithoutData, ...publisherErrors },
})

/** Calendars (`publisher-api.md` 3). */
export function registerCalendars(app: PublisherApp): void {
  app.openapi(list, async (c) => {
    const { context, origin } = c.var
    const calendars = await listCalendars(context, c.req.valid('query'))
    return listed(
      c,
      calendars.map((calendar) => calendarAnswer(calendar, context.publisher, origin)),
    )
  })

  app.openapi(read, async (c) => {
    const calendar = await readCalendar(c.var.context, c.req.valid('param').idOrReference)
    return c.json(success(calendarAnswer(calendar, c.var.context.publisher, c.var.origin)), 200)
  })

  app.openapi(create, async (c) => {
    const { context, origin } = c.var
    const values = fromWire(c.req.valid('json'), context.publisher.timezone)
    if (values.source) checkSource(c, values.source)
    const calendar = await createCalendar(context, {
      name: '',
      categories: '',
      reference: '',
      timezone: context.publisher.timezone,
      draft: false,
      note: '',
      source: '',
      ...values,
    })
    return c.json(success(calendarAnswer(calendar, context.publisher, origin)), 200)
  })

  app.openapi(change, async (c) => {
    const { context, origin } = c.var
    const values = fromWire(c.req.valid('json'), context.publisher.timezone)
    if (values.source) checkSource(c, values.source)
    const calendar = await changeCalendar(context, c.req.valid('param').idOrReference, values)
    return c.json(success(calendarAnswer(calendar, context.publisher, origin)), 200)
  })

  app.openapi(remove, async (c) => {
    await deleteCalendar(c.var.context, c.req.valid('param').idOrReference)
    return c.json(done, 200)
  })
}
