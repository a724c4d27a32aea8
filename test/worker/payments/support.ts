import { env } from 'cloudflare:workers'
import { aPublisher, fetchWorker, type TestPublisher } from '../../support/publisher'
import { atTime } from '../../support/time'
import { aClient, operate, type TestClient, tokenOf } from '../identity/support'

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
type Wire = any

export type Answer = { status: number; headers: Headers; text: string; body: Wire }

export const allScopes = ['schedules.read', 'schedules.write', 'accounts.read', 'accounts.write']

/** A biller's system: its calls bear a token of its client, and are made at an instant where one is set. */
export class Biller {
  private token: { text: string; from: number } | undefined

  constructor(
    readonly client: TestClient,
    private readonly now: (() => number) | null = null,
  ) {}

  /** The same client at another time: each call runs with the server's clock there. */
  at(instant: string | number): Biller {
    const time = typeof instant === 'number' ? instant : Date.parse(instant)
    return new Biller(this.client, () => time)
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const now = this.now?.() ?? Date.now()
    const run = async () => {
      if (!this.token || Math.abs(now - this.token.from) > 3_000_000) {
        this.token = { text: await tokenOf(this.client), from: now }
      }
      const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
      return send(method, path, text, { Authorization: `Bearer ${this.token.text}`, ...headers })
    }
    return this.now ? atTime(now, run) : run()
  }

  get = (path: string) => this.call('GET', path)
  post = (path: string, body?: unknown) => this.call('POST', path, body)
  put = (path: string, body?: unknown) => this.call('PUT', path, body)
  patch = (path: string, body?: unknown) => this.call('PATCH', path, body)
  delete = (path: string) => this.call('DELETE', path)
}

/** A request to this surface as it is. */
export async function send(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetchWorker(path, { method, headers, ...(body === undefined ? {} : { body }) })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? null : JSON.parse(text),
  }
}

/** A publisher with the business `MELB01` (in Melbourne) and a client for all of it. */
export async function aBiller(business: Record<string, unknown> = {}) {
  const publisher = await aPublisher()
  await putBusiness(publisher, 'MELB01', business)
  const biller = new Biller(await aClient({ publisherId: publisher.id, scopes: allScopes }))
  return { publisher, biller }
}

export async function putBusiness(
  publisher: TestPublisher,
  businessId: string,
  settings: Record<string, unknown> = {},
): Promise<Wire> {
  const path = `/operator/publishers/${publisher.id}/businesses/${businessId}`
  const made = await operate('PUT', path, {
    name: 'Melbourne Rates',
    timezone: 'Australia/Melbourne',
    ...settings,
  })
  if (made.status > 201)
    throw new Error(`a test's business answered ${made.status}: ${JSON.stringify(made.body)}`)
  return made.body
}

/** A further client of the publisher. */
export async function anotherBiller(
  publisher: TestPublisher,
  rights: { scopes?: string[]; businesses?: string[]; rateLimit?: object } = {},
): Promise<Biller> {
  return new Biller(await aClient({ publisherId: publisher.id, scopes: allScopes, ...rights }))
}

/** Makes an account that must be good. */
export async function anAccount(
  biller: Biller,
  accountId = 'A1',
  fields: Record<string, unknown> = {},
): Promise<Wire> {
  const body = { businessAccountId: 'MELB01', startDate: '2020-01-01', ...fields }
  const made = await biller.put(`/accounts/${accountId}`, body)
  if (made.status > 201) throw new Error(`a test's account answered ${made.status}: ${made.text}`)
  return made.body
}

/** Makes a schedule that must be good; answers it. */
export async function aSchedule(
  biller: Biller,
  fields: Record<string, unknown> = {},
  accountId = 'A1',
): Promise<Wire> {
  const body = { dueDate: '2030-01-31', amount: 50, ...fields }
  const made = await biller.post(`/accounts/${accountId}/oneOffSchedules`, body)
  if (made.status !== 201) throw new Error(`a test's schedule answered ${made.status}: ${made.text}`)
  return made.body
}

/** Copies the newest schedule of a publisher so often. */
export async function copySchedule({ id }: TestPublisher, times: number): Promise<void> {
  const columns = `publisher_id, business_id, account_uid, start_date, installment_cents, pay_desc, external_identifier,
    load_date, status_changed_at, told_status, moves_on, created_at, write_id`
  await env.DB.prepare(
    `WITH RECURSIVE n(x) AS (SELECT 0 UNION ALL SELECT x + 1 FROM n WHERE x < ?2)
     INSERT INTO pay_schedules (id, ${columns}) SELECT lower(hex(randomblob(16))), ${columns}
     FROM n, (SELECT * FROM pay_schedules WHERE publisher_id = ?1 ORDER BY schedule_no DESC LIMIT 1) WHERE x > 0`,
  )
    .bind(id, times)
    .run()
}

export const notFound = { message: 'The requested resource could not be found.' }
export const unknownPath = { message: 'The resource provided could not be found' }
export const denied = (reason: string) => ({
  errorCode: 'access_denied',
  message: `Unable to process this request ${reason}`,
})
export const noAccount = denied('as you do not have access to the customer associated to this request.')
export const noBusiness = denied('due to insufficient business permission.')
export const notActive = denied('as the account is not active.')
export const notFuture = denied('as scheduleId must be a future schedule.')

/** The body of a 400 with these faulty fields. */
export const faulty = (...errors: [field: string, message: string][]) => ({
  errorCode: 'validation',
  message: 'Unable to process request due to validation errors.',
  errors: errors.map(([field, message]) => ({ field, message })),
})
