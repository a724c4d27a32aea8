import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { inDatabase } from '../../src/databases'
import { handle } from '../support/front-door'
import { ORIGIN, type TestPublisher, testPublisher } from '../support/publisher'
import { tableNames } from '../support/storage'

/** One of the deployment's databases. */
export const database = (number: number): D1Database => inDatabase(env, number).DB

/** A call of the operator, in a deployment whose new publishers live in the database of this number. */
export async function operate(
  newPublishers: number,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const execution = createExecutionContext()
  const init = {
    method,
    headers: { Authorization: 'Bearer test-operator-token' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }
  const bindings = { ...env, NEW_PUBLISHERS_DATABASE: String(newPublishers) }
  const response = await handle(new Request(`${ORIGIN}/operator${path}`, init), bindings, execution)
  const text = await response.text()
  await waitOnExecutionContext(execution)
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

/** A new publisher that lives in the database of this number. */
export async function aPublisherIn(number: number, name = 'Acme Lending'): Promise<TestPublisher> {
  const { status, body } = await operate(number, 'POST', '/publishers', { name })
  if (status !== 201) throw new Error(`a test's publisher answered ${status}`)
  const { id, apiKey, apiSecret: secret, widgetId } = body as Record<string, string>
  return testPublisher({ id: Number(id), apiKey: `${apiKey}`, secret: `${secret}`, widgetId: `${widgetId}` })
}

/** Tables of a database that have something of a publisher. */
export async function tablesWith(number: number, publisherId: number): Promise<string[]> {
  const found: string[] = []
  for (const table of await tableNames()) {
    const { results } = await database(number).prepare(`SELECT * FROM ${table} LIMIT 1`).all()
    if (!Object.hasOwn(results[0] ?? {}, 'publisher_id')) continue
    const sql = `SELECT 1 FROM ${table} WHERE publisher_id = ?`
    if ((await database(number).prepare(sql).bind(publisherId).first()) !== null) found.push(table)
  }
  return found
}
