import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { surfaces } from '../../../src/app'
import { type Document, operationsOf } from '../../../src/platform/openapi/document'
import { publicReference } from '../../../src/reference'
import { routes as paymentRoutes } from '../../../src/surfaces/payments'
import { readPath } from '../../../src/surfaces/payments/paths'
import { aPublisher, fetchWorker } from '../../support/publisher'

/** Routes of pages and files, which people open and no client calls: they are not in the reference. */
const pages = [/^GET \/docs\/(component|page)\.(js|css)$/, /^\w+ \/portal(\/|$)/]

/** A path as the reference writes it. */
const written = (path: string) => path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}')

/** Every method of every path, taken from the routers themselves. */
function routesThereAre(): string[] {
  const routed = surfaces.flatMap(({ app }) => app.routes)
  const known = routed
    .filter(({ method }) => method !== 'ALL' && method !== 'OPTIONS')
    .map(({ method, path }) => `${method} ${written(path)}`)
  return [...new Set([...known, 'GET /health'])].filter((route) => !pages.some((page) => page.test(route)))
}

const documented = (document: Pick<Document, 'paths'>) =>
  operationsOf(document).map(({ method, path }) => `${method.toUpperCase()} ${path}`)

/** Surfaces whose paths no router knows: they read them by hand. */
const isReadByHand = (route: string) => / \/(accounts|ecal-sub)(\/|$)|\.ics$/.test(route)

const isOfOperator = (route: string) => / \/operator(\/|$)/.test(route)

describe('the reference', () => {
  it('has every route of the app, and no other', ({ expect }) => {
    const told = documented(publicReference()).filter((route) => !isReadByHand(route))
    expect(told.sort()).toEqual(
      routesThereAre()
        .filter((route) => !isOfOperator(route))
        .sort(),
    )
  })

  it('has every path and method of payments', ({ expect }) => {
    const told: Record<string, string[]> = {}
    for (const route of documented(publicReference()).filter((each) => / \/accounts/.test(each))) {
      const [method = '', path = ''] = route.split(' ')
      const read = readPath(path.replaceAll(/[{}]/g, ''))
      if (!('known' in read)) throw new Error(`payments has no ${path}`)
      told[read.known.kind] = [...(told[read.known.kind] ?? []), method]
    }
    const there = Object.entries(paymentRoutes).map(([kind, methods]) => [kind, Object.keys(methods)])
    expect(told).toEqual(Object.fromEntries(there))
  })

  it('has the feeds at the paths that they answer', async ({ expect }) => {
    const feeds = documented(publicReference()).filter((route) => /ecal-sub|\.ics/.test(route))
    const publisher = await aPublisher()
    const { data } = await publisher.api.post('/calendar', { name: 'Fixtures' })
    const subscriber = await publisher.subscriber()
    const address = subscriber.feedPath.split('/')[2] ?? ''
    const values: Record<string, string> = { address, name: 'any', calendarId: data.id }
    for (const route of feeds) {
      const path = (route.split(' ')[1] ?? '').replaceAll(
        /\{(\w+)\}/g,
        (_, name: string) => values[name] ?? '',
      )
      expect([route, (await fetchWorker(path)).status]).toEqual([route, 200])
    }
    expect(feeds).toHaveLength(2)
  })

  it('has every route of the operator in the operator’s own document', async ({ expect }) => {
    const headers = { Authorization: `Bearer ${env.OPERATOR_TOKEN}` }
    const body: Document = await (await fetchWorker('/operator/openapi.json', { headers })).json()
    expect(documented(body).sort()).toEqual(routesThereAre().filter(isOfOperator).sort())
  })

  it('tells of each operation what a client needs', ({ expect }) => {
    const document = publicReference()
    const tags = document.tags?.map(({ name }) => name)
    const schemes = Object.keys(document.components?.securitySchemes ?? {})
    const operations = operationsOf(document)
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
    for (const { method, path, operation } of operations) {
      const of = `${method} ${path}`
      expect(operation.operationId, of).toMatch(/^[a-z]+[A-Za-z]+$/)
      expect(operation.summary, of).toMatch(/^[A-Z].+[^.]$/)
      expect(tags, of).toContain(operation.tags?.[0])
      for (const needed of (operation.security ?? []).flatMap((each) => Object.keys(each))) {
        expect(schemes, of).toContain(needed)
      }
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const told = operation.parameters?.filter((each) => each.in === 'path').map(({ name }) => name) ?? []
      expect(told.sort(), of).toEqual(named.sort())
      if (method !== 'get' && method !== 'delete' && !operation.requestBody) {
        expect(path, of).toMatch(/(unsubscribe|confirm-email|rotate|test|replay)$/)
      }
      for (const answer of Object.values(operation.responses)) {
        for (const media of Object.values(answer.content ?? {})) expect(media.example, of).toBeDefined()
      }
    }
  })
})
