import { demoEntities, demoGroups, demoUsers } from '../../../scripts/marketplace/demo-data.mjs'
import { createHub } from '../../../scripts/marketplace/hub.mjs'
import { createIdentity } from '../../../scripts/marketplace/identity.mjs'
import type { HubOptions } from '../../../scripts/marketplace/model.mjs'

/** One key for all tests of a file: making one takes a while. */
export const identity = createIdentity()

/** A hub with the demo's people, whose calls to Daybook are kept in `told`. */
export async function aHub(options: Partial<HubOptions> = {}) {
  const told: { method: string; url: string; authorization: string | null; body: unknown }[] = []
  const hub = createHub({
    identity: await identity,
    users: demoUsers(),
    groups: demoGroups(),
    fetch: async (request) => {
      const { method, url, headers } = request
      const text = await request.text()
      told.push({
        method,
        url,
        authorization: headers.get('Authorization'),
        body: text ? JSON.parse(text) : null,
      })
      return Response.json({})
    },
    ...options,
  })
  const authorization = `Basic ${btoa(`${hub.apiId}:${hub.apiKey}`)}`
  /** A call as Daybook makes it. */
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    hub.handle(
      new Request(`${hub.origin}${path}`, {
        method,
        headers: { Authorization: authorization, 'Content-Type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
  /** The same, with the answer's JSON; its shape is for the test to know. */
  const json = async (...args: Parameters<typeof call>) => {
    const response = await call(...args)
    return { status: response.status, body: (await response.json()) as Answer }
  }
  const fill = (group: string, people: number) => {
    const entities = demoEntities({ group, people, events: 5, invoices: 5 })
    for (const entity of entities.people) hub.connec.put(group, 'people', entity)
  }
  return { hub, told, call, json, fill }
}

type Fields = Record<string, unknown>
/** What the hub's APIs answer: the account API's shape and Connec!'s in one. */
export type Answer = {
  success: boolean
  errors: Record<string, string[]> & { title: string }[]
  data: Fields & Fields[]
  people: Fields & Fields[]
  events: Fields & Fields[]
  pagination: Fields
  valid: boolean
}
