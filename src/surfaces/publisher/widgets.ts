import { createRoute, z } from '@hono/zod-openapi'
import { flag, httpUrl, manyLines, oneLine, optional } from '../../domain/fields'
import {
  changeWidget,
  createWidget,
  deleteWidget,
  listWidgets,
  readWidget,
  type WidgetRow,
  type WidgetValues,
} from '../../domain/widgets'
import { done, ok, okWithoutData, publisherErrors, success } from './envelope'
import type { PublisherApp } from './environment'
import { id, jsonBody, paging, requiresJson } from './fields'
import { listed } from './lists'

const tags = ['Widgets']
const path = z.object({ id: z.string().openapi({ example: 'demo-widget' }) })

const shape = {
  name: oneLine(250, 1).openapi({ example: 'Payment dates' }),
  active: optional(flag),
  icsFilename: optional(oneLine(100)),
  calendarIds: optional(
    z.array(id, { error: 'Must be an array of ids.' }).max(200, 'Must not have more than 200 ids.'),
  ),
  welcome: optional(
    z.object(
      {
        enabled: optional(flag),
        name: optional(oneLine(250)),
        details: optional(manyLines(8000)),
        url: optional(httpUrl(2000)),
      },
      { error: 'Must be an object.' },
    ),
  ),
  requireSignedEmail: optional(flag).openapi({ example: true }),
}

const newWidget = z.object(shape).openapi('NewWidget')
const changedWidget = z
  .object(shape)
  .partial()
  .openapi('ChangedWidget', { example: { name: 'Payment dates and fixtures', requireSignedEmail: false } })

const widgetSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    active: z.boolean(),
    icsFilename: z.string(),
    calendarIds: z.array(z.string()),
    welcome: z.object({ enabled: z.boolean(), name: z.string(), details: z.string(), url: z.string() }),
    requireSignedEmail: z.boolean(),
    publisherId: z.number().int(),
    created: z.string(),
    modified: z.string(),
  })
  .openapi('Widget', {
    example: {
      id: 'demo-widget',
      name: 'Payment dates',
      active: true,
      icsFilename: 'Acme',
      calendarIds: ['66cc0f7964b36a314725e151'],
      welcome: { enabled: true, name: '', details: 'Your payment dates stand here from now on.', url: '' },
      requireSignedEmail: true,
      publisherId: 12279,
      created: '2030-04-01T00:00:00.000Z',
      modified: '2030-04-01T00:00:00.000Z',
    },
  })

function widgetAnswer(widget: WidgetRow): z.infer<typeof widgetSchema> {
  return {
    id: widget.id,
    name: widget.name,
    active: widget.active,
    icsFilename: widget.icsFilename,
    calendarIds: widget.calendarIds,
    welcome: {
      enabled: widget.welcomeEnabled,
      name: widget.welcomeName,
      details: widget.welcomeDetails,
      url: widget.welcomeUrl,
    },
    requireSignedEmail: widget.requireSignedEmail,
    publisherId: widget.publisherId,
    created: new Date(widget.createdAt).toISOString(),
    modified: new Date(widget.modifiedAt).toISOString(),
  }
}

const defaults: Omit<WidgetValues, 'name'> = {
  active: true,
  icsFilename: '',
  calendarIds: [],
  welcomeEnabled: true,
  welcomeName: '',
  welcomeDetails: '',
  welcomeUrl: '',
  requireSignedEmail: false,
}

/** The values that a body gives; null clears to the default. */
function fromWire(body: z.infer<typeof changedWidget>): Partial<WidgetValues> {
  const { welcome } = body
  const given = {
    name: body.name,
    active: body.active,
    icsFilename: body.icsFilename,
    calendarIds: body.calendarIds,
    welcomeEnabled: welcome === null ? null : welcome?.enabled,
    welcomeName: welcome === null ? null : welcome?.name,
    welcomeDetails: welcome === null ? null : welcome?.details,
    welcomeUrl: welcome === null ? null : welcome?.url,
    requireSignedEmail: body.requireSignedEmail,
  }
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value ?? defaults[name as keyof typeof defaults]]),
  )
}

const list = createRoute({
  method: 'get',
  path: '/apiv2/widget',
  operationId: 'listWidgets',
  tags,
  summary: 'List widgets',
  request: { query: z.object(paging()) },
  responses: { 200: ok(z.array(widgetSchema)), ...publisherErrors },
})

const read = createRoute({
  method: 'get',
  path: '/apiv2/widget/{id}',
  operationId: 'readWidget',
  tags,
  summary: 'Read a widget',
  request: { params: path },
  responses: { 200: ok(widgetSchema), ...publisherErrors },
})

const create = createRoute({
  method: 'post',
  path: '/apiv2/widget',
  operationId: 'createWidget',
  tags,
  summary: 'Make a widget',
  middleware: requiresJson,
  request: { body: jsonBody(newWidget) },
  responses: { 200: ok(widgetSchema), ...publisherErrors },
})

const change = createRoute({
  method: 'put',
  path: '/apiv2/widget/{id}',
  operationId: 'changeWidget',
  tags,
  summary: 'Change a widget',
  middleware: requiresJson,
  request: { params: path, body: jsonBody(changedWidget) },
  responses: { 200: ok(widgetSchema), ...publisherErrors },
})

const remove = createRoute({
  method: 'delete',
  path: '/apiv2/widget/{id}',
  operationId: 'deleteWidget',
  tags,
  summary: 'Delete a widget',
  request: { params: path },
  responses: { 200: okWithoutData, ...publisherErrors },
})

/** Widgets (`publisher-api.md` 6). */
export function registerWidgets(app: PublisherApp): void {
  app.openapi(list, async (c) => {
    const widgets = await listWidgets(c.var.context, c.req.valid('query'))
    return listed(c, widgets.map(widgetAnswer))
  })

  app.openapi(read, async (c) => {
    return c.json(success(widgetAnswer(await readWidget(c.var.context, c.req.valid('param').id))), 200)
  })

  app.openapi(create, async (c) => {
    const body = c.req.valid('json')
    const widget = await createWidget(c.var.context, { ...defaults, ...fromWire(body), name: body.name })
    return c.json(success(widgetAnswer(widget)), 200)
  })

  app.openapi(change, async (c) => {
    const widget = await changeWidget(c.var.context, c.req.valid('param').id, fromWire(c.req.valid('json')))
    return c.json(success(widgetAnswer(widget)), 200)
  })

  app.openapi(remove, async (c) => {
    await deleteWidget(c.var.context, c.req.valid('param').id)
    return c.json(done, 200)
  })
}
