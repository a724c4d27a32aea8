import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, vi } from 'vitest'
import type { Company } from '../../../src/domain/marketplace/companies'
import type { Marketplace } from '../../../src/domain/marketplace/marketplaces'
import type { Role } from '../../../src/domain/marketplace/roles'
import type { Origin } from '../../../src/domain/marketplace/sessions'
import { newId } from '../../../src/platform/ids'
import { aCompany, aMarketplace, aSession, aUser, type GivenSettings } from '../../support/marketplace'
import { aPublisher, fetchWorker, ORIGIN, type TestPublisher } from '../../support/publisher'

/** For the tests of a file: no hub answers, so that what is sent in the background reaches nobody. */
export function hubsAreAway(): void {
  beforeEach(() => {
    vi.stubGlobal('fetch', async () => new Response(null, { status: 503 }))
  })
  afterEach(() => {
    vi.unstubAllGlobals()
  })
}

/** A form of a page: where it goes and what it carries. */
export type Form = { readonly action: string; readonly fields: Readonly<Record<string, string>> }

/** A page as a test reads it. */
export class Page {
  constructor(
    readonly status: number,
    readonly headers: Headers,
    readonly html: string,
  ) {}

  get location(): string | null {
    return this.headers.get('Location')
  }

  /** What a person reads. */
  get words(): string {
    return unescapeHtml(this.html.replace(/<\/?bdi>/g, '').replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ')
  }

  get forms(): Form[] {
    return [...this.html.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(
      ([, action = '', inside = '']) => ({ action: unescapeHtml(action), fields: hiddenFields(inside) }),
    )
  }

  /** The form that goes to a path. */
  form(action: string): Form {
    const found = this.forms.find((form) => form.action === action)
    if (!found) throw new Error(`no form for ${action} on: ${this.words}`)
    return found
  }

  has(action: string): boolean {
    return this.forms.some((form) => form.action === action)
  }
}

function hiddenFields(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, unescapeHtml(value)]))
}

function unescapeHtml(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => named[name] ?? '')
}

/** A browser: it keeps cookies, and follows nothing by itself. */
export class Browser {
  readonly cookies = new Map<string, string>()

  async fetch(path: string, init: RequestInit = {}): Promise<Page> {
    const headers = new Headers(init.headers)
    if (this.cookies.size > 0) {
      headers.set('Cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    }
    const response = await fetchWorker(path, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (/Max-Age=0/.test(cookie)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return new Page(response.status, response.headers, await response.text())
  }

  get(path: string): Promise<Page> {
    return this.fetch(path)
  }

  /** Posts fields as a page of ours does. */
  post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    return this.fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: ORIGIN, ...headers },
      body: new URLSearchParams(fields).toString(),
    })
  }

  /** Sends the form of a page that goes to a path, with more fields. */
  async send(page: string, action: string, fields: Record<string, string> = {}): Promise<Page> {
    const form = (await this.get(page)).form(action)
    return this.post(action, { ...form.fields, ...fields })
  }

  /** What the forms of this session carry. */
  async csrf(): Promise<string> {
    return (await this.get('/portal/help')).form('/portal/logout').fields.csrf ?? ''
  }

  get session(): string {
    return this.cookies.get('__Host-daybook') ?? ''
  }
}

/** A sign-in link that the operator makes, as its path. */
export async function aLink(
  publisherId: number,
  guest: { email?: string; role?: Role; firstName?: string; lastName?: string; expiresIn?: number } = {},
): Promise<{ path: string; userId: string }> {
  const response = await fetchWorker(`/operator/publishers/${publisherId}/sign-in-links`, {
    method: 'POST',
    headers: { Authorization: 'Bearer test-operator-token' },
    body: JSON.stringify({ email: `${newId()}@example.com`, ...guest }),
  })
  if (response.status !== 201) throw new Error(`a test's link answered ${response.status}`)
  const { url, userId } = (await response.json()) as { url: string; userId: string }
  return { path: new URL(url).pathname, userId }
}

/** Somebody who signed in by a link, through the front door. */
export async function signIn(
  publisherId: number,
  guest: Parameters<typeof aLink>[1] = {},
): Promise<Browser & { readonly userId: string }> {
  const { path, userId } = await aLink(publisherId, guest)
  const browser = new Browser()
  const answer = await browser.send(path, path)
  if (answer.status !== 303) throw new Error(`a test's sign-in answered ${answer.status}: ${answer.words}`)
  return Object.assign(browser, { userId })
}

/** Somebody who signed on at the marketplace of a company. */
export async function signOn(
  company: Company,
  { role = 'Admin', uid, ...told }: { role?: Role; uid?: string } & Partial<Origin> = {},
): Promise<Browser & { readonly userId: string; readonly uid: string }> {
  const user = await aUser(company, { role, ...(uid === undefined ? {} : { uid }) })
  const browser = Object.assign(new Browser(), { userId: user.userId, uid: user.uid })
  browser.cookies.set('__Host-daybook', await aSession(company, user, told))
  return browser
}

export const standard = {
  id: 'standard',
  name: 'Standard',
  priceCents: 4900,
  currency: 'AUD',
  period: 'Month',
  frequency: 1,
  cycles: null,
  initialCents: 0,
  perUser: false,
  description: 'All that most need',
} as const

export const large = { ...standard, id: 'large', name: 'Large', priceCents: 9900, description: '' } as const

export const messages = { id: 'sms', name: '1,000 messages', priceCents: 2000, currency: 'AUD' } as const

/** A company of a marketplace with two plans and one extra. */
export async function aCustomer(
  settings: GivenSettings = {},
): Promise<{ marketplace: Marketplace; company: Company }> {
  const marketplace = await aMarketplace({ plans: [standard, large], extras: [messages], ...settings })
  return { marketplace, company: await aCompany(marketplace) }
}

/** A publisher that the operator made, and an Admin who signed in. */
export async function anOperatorsPublisher(): Promise<{
  publisher: TestPublisher
  admin: Browser & { readonly userId: string }
}> {
  const publisher = await aPublisher()
  return { publisher, admin: await signIn(publisher.id) }
}

/** What the audit of a publisher says, oldest first. */
export async function auditOf(
  publisherId: number,
): Promise<{ action: string; target: string; userId: string }[]> {
  const response = await fetchWorker(`/operator/publishers/${publisherId}/audit?limit=200`, {
    headers: { Authorization: 'Bearer test-operator-token' },
  })
  const { data } = (await response.json()) as { data: { action: string; target: string; userId: string }[] }
  return data.toReversed()
}

/** How many rows of a publisher a table has. */
export async function rowsOf(table: string, publisherId: number, where = 'true'): Promise<number> {
  return (
    (await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE publisher_id = ? AND ${where}`)
      .bind(publisherId)
      .first<number>('n')) ?? 0
  )
}
