import { z } from 'zod'
import type { Document } from '../../../../src/platform/openapi/document'
import { publicReference } from '../../../../src/reference'
import { operatorCalls } from '../../../support/marketplace'

/** What a refusal of a surface must look like; answers what is wrong with one, or null. */
type Envelope = (seen: Refusal) => string | null

export type Refusal = { readonly status: number; readonly headers: Headers; readonly text: string }

/** A published schema, as zod reads it: it has no other members than those that it names. */
function strict(name: string, components: Document['components']): z.ZodType {
  const closed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(closed)
    if (typeof value !== 'object' || value === null) return value
    const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]))
    return 'properties' in copy ? { ...copy, additionalProperties: false } : copy
  }
  const schema = components?.schemas?.[name]
  if (!schema) throw new Error(`the reference has no ${name}`)
  return z.fromJSONSchema(closed(schema) as Parameters<typeof z.fromJSONSchema>[0])
}

/** JSON of a published schema, which tells its status where the schema has a member for it. */
function json(
  schemas: readonly z.ZodType[],
  statusIn: (body: unknown) => unknown = () => undefined,
): Envelope {
  return ({ status, headers, text }) => {
    if (!/^application\/json\b/.test(headers.get('Content-Type') ?? ''))
      return 'is no JSON by its Content-Type'
    let body: unknown
    try {
      body = JSON.parse(text)
    } catch {
      return 'is no JSON'
    }
    if (!schemas.some((schema) => schema.safeParse(body).success)) return 'is not of the published schema'
    const told = statusIn(body)
    return told === undefined || Number(told) === status ? null : `tells the status ${told}`
  }
}

const page: Envelope = ({ headers, text }) =>
  headers.get('Content-Type') === 'text/html; charset=utf-8' && /^<!doctype html>.*<h1.*<\/html>$/s.test(text)
    ? null
    : 'is no page'

const line: Envelope = ({ headers, text }) =>
  /^text\/plain\b/i.test(headers.get('Content-Type') ?? '') && /^[A-Z][a-z ]+\.\n$/.test(text)
    ? null
    : 'is no line of text'

const either =
  (...envelopes: Envelope[]): Envelope =>
  (seen) => {
    const faults = envelopes.map((envelope) => envelope(seen))
    return faults.includes(null) ? null : faults.join(', and ')
  }

/** Each surface's, by the beginning of its paths; the first that fits counts. */
export async function envelopesOf(): Promise<(pathname: string, seen: Refusal) => string | null> {
  const { components } = publicReference()
  const operatorDocument: Document = await (await operatorCalls('GET', '/openapi.json')).json()
  const operator = strict('OperatorError', operatorDocument.components)
  const member = (name: string) => (body: unknown) => (body as Record<string, unknown>)[name]
  const signUp = json([strict('SignUpError', components)], member('status'))
  const marketplace = json([strict('MarketplaceError', components)])
  const surfaces: readonly (readonly [RegExp, Envelope])[] = [
    [/^\/apiv2(\/|$)/, json([strict('PublisherError', components)], member('status'))],
    [/^\/calendars\/[^/]+\/[^/]+\.ics$|^\/ecal-sub\//, line],
    [
      /^(\/api\/v2)?\/(event-subscriptions|events|calendars|persons)(\/|$)/,
      json([strict('EventsError', components)], (body) => {
        return (body as { error: { status_code: number } }).error.status_code
      }),
    ],
    [/^\/(accounts|CustomerServices\/v1\.0)(\/|$)/, json([strict('PaymentsError', components)])],
    [/^\/identity\//, json([strict('IdentityError', components), strict('TokenError', components)])],
    [/^\/maestrano\/auth\/saml\/consume/, either(page, marketplace)],
    [/^\/maestrano\//, marketplace],
    [/^\/operator(\/|$)/, json([operator])],
    [/^\/portal(\/|$)/, page],
    [/^\/button\/|^\/daybook\.css$|^\/widget\.js$/, either(signUp, page)],
  ]
  return (pathname, seen) => {
    const [, envelope = line] = surfaces.find(([paths]) => paths.test(pathname)) ?? []
    return envelope(seen)
  }
}
