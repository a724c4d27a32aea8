import { env } from 'cloudflare:workers'
import { newId } from '../../../src/platform/ids'
import { fetchWorker, ORIGIN, type TestPublisher } from '../../support/publisher'

export const SUBSCRIPTIONS = '/button/v1/subscriptions'
export const PAGE = '/button/v1/ecal.html'

/** An e-mail that nobody had before. */
export const newEmail = () => `${newId()}@example.com`

/** What a client system is answered; loosely typed, so that a test reads what it looks for. */
// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests assert its values
export type Wire = any

export type JsonAnswer = { status: number; body: Wire; headers: Headers }

type Options = { headers?: Record<string, string>; cf?: Record<string, unknown> }

/** Signs up as a client system does. */
export async function postJson(body: unknown, { headers = {}, cf }: Options = {}): Promise<JsonAnswer> {
  const response = await fetchWorker(SUBSCRIPTIONS, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(cf ? ({ cf } as RequestInit) : {}),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? null : JSON.parse(text), headers: response.headers }
}

export type PageAnswer = { status: number; html: Html; headers: Headers }

/** Sends a form as the hosted page does; a field may be repeated. */
export async function postForm(
  fields: Record<string, string> | [string, string][],
  headers: Record<string, string> = { Origin: ORIGIN },
): Promise<PageAnswer> {
  const response = await fetchWorker(SUBSCRIPTIONS, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  })
  return { status: response.status, html: new Html(await response.text()), headers: response.headers }
}

/** Opens the hosted page. */
export async function openPage(
  query: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<PageAnswer> {
  const response = await fetchWorker(`${PAGE}?${new URLSearchParams(query)}`, { headers })
  return { status: response.status, html: new Html(await response.text()), headers: response.headers }
}

/** An element of a page: its attributes, unescaped. */
export type Tag = Record<string, string>

/** A page as a test reads it. */
export class Html {
  constructor(readonly text: string) {}

  /** All elements of a name, in the order of the page. */
  all(name: string): Tag[] {
    return [...this.text.matchAll(new RegExp(`<${name}(\\s[^>]*)?>`, 'g'))].map(([, attributes = '']) =>
      Object.fromEntries(
        [...attributes.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [
          key,
          unescapeHtml(value),
        ]),
      ),
    )
  }

  input(name: string): Tag | undefined {
    return this.all('input').find((tag) => tag.name === name)
  }

  /** The fields that the form would send as it stands, but for the button. */
  get fields(): [string, string][] {
    return this.all('input')
      .filter((tag) => tag.name !== undefined && (tag.type !== 'checkbox' || 'checked' in tag))
      .map((tag) => [tag.name ?? '', tag.value ?? ''])
  }

  /** Values of the submit buttons, in the order of the page. */
  get applications(): string[] {
    return this.all('button').map((tag) => tag.value ?? '')
  }

  get links(): Tag[] {
    return this.all('a')
  }

  /** What a person reads. */
  get words(): string {
    return unescapeHtml(this.text.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ')
  }
}

function unescapeHtml(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => named[name] ?? '')
}

/** Changes columns of a publisher's widget. */
export async function setWidget(publisher: TestPublisher, values: Record<string, unknown>): Promise<void> {
  const names = Object.keys(values)
  await env.DB.prepare(`UPDATE widgets SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`)
    .bind(...Object.values(values), publisher.widgetId)
    .run()
}

/** Makes a public calendar through the publisher API. */
export async function aCalendar(
  publisher: TestPublisher,
  values: Record<string, unknown> = {},
): Promise<string> {
  const answer = await publisher.api.post('/calendar', { name: 'Fixtures', ...values })
  if (answer.status !== 200) throw new Error(`a test's calendar answered ${answer.status}: ${answer.text}`)
  return answer.data.id
}

/** How many rows of a publisher a table has. */
export async function countOf(table: string, publisher: TestPublisher, where = '1'): Promise<number> {
  const row = await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE publisher_id = ? AND ${where}`)
    .bind(publisher.id)
    .first<{ n: number }>()
  return row?.n ?? 0
}

/** The log of a publisher: its ops, in the order committed. */
export async function opsOf(publisher: TestPublisher, stream = ''): Promise<string[]> {
  const { results } = await env.DB.prepare(
    'SELECT op FROM changes WHERE publisher_id = ? AND stream LIKE ? ORDER BY seq',
  )
    .bind(publisher.id, `${stream}%`)
    .all<{ op: string }>()
  return results.map((row) => row.op)
}

/** The signature by which a publisher vouches for an e-mail, made here independently of the product. */
export async function signEmail(secret: string, ...lines: string[]): Promise<string> {
  const encoder = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['sign'])
  const digest = await crypto.subtle.sign('HMAC', key, encoder.encode(lines.join('\n')))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The fields by which a publisher vouches that an e-mail is its visitor's. */
export async function vouchFor(publisher: TestPublisher, email: string) {
  const { apiKey, secret, widgetId } = publisher
  return { apiKey, email, emailSign: await signEmail(secret, widgetId, email.trim().toLowerCase()) }
}

/** Somebody whom only an invitation made: without calendars, and without a feed. */
export async function aPlaceholder(
  publisher: TestPublisher,
  contacts: readonly { kind: 'email' | 'phone'; value: string; verified?: boolean }[],
): Promise<string> {
  const id = newId()
  await env.DB.prepare(
    `INSERT INTO subscribers (id, publisher_id, state, email, subscribed_at, last_active_at, created_at, modified_at)
     VALUES (?1, ?2, 'placeholder', '', 0, 0, 0, 0)`,
  )
    .bind(id, publisher.id)
    .run()
  for (const contact of contacts) await addContact(publisher, id, contact)
  return id
}

/** Gives a person another contact. */
export async function addContact(
  publisher: TestPublisher,
  id: string,
  { kind, value, verified = false }: { kind: 'email' | 'phone'; value: string; verified?: boolean },
): Promise<void> {
  await env.DB.prepare(
    `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, verified, signed_up_with, created_at)
     VALUES (?1, ?2, ?3, ?4, ?5, 0, 0)`,
  )
    .bind(publisher.id, kind, value, id, verified ? 1 : 0)
    .run()
}
