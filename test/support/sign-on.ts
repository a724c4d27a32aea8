import { env } from 'cloudflare:workers'
import { type ResponseOptions, readAuthnRequest, signResponse } from '../../scripts/marketplace/saml.mjs'
import type { Marketplace } from '../../src/domain/marketplace/marketplaces'
import { readSession } from '../../src/domain/marketplace/read-session'
import { itsIdentity, operatorCalls, readingAt } from './marketplace'
import { fetchWorker } from './publisher'

/** A sign-on that a browser has started. */
export type Started = {
  readonly requestId: string
  readonly acs: string
  /** Of the cookie that binds the browser; '' for none. */
  readonly cookie: string
  readonly location: URL
}

const cookieOf = (response: Response, name: string) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .find((pair) => pair.startsWith(`${name}=`)) ?? ''

/** A browser starts to sign on; `cookie`: what it has from before. */
export async function startSignOn({ tenant }: { tenant: string }, cookie = '', query = ''): Promise<Started> {
  const started = await fetchWorker(`/maestrano/auth/saml/init/${tenant}${query}`, {
    headers: { Cookie: cookie },
  })
  if (started.status !== 302) throw new Error(`a test's start answered ${started.status}`)
  const location = new URL(started.headers.get('Location') ?? '')
  const { id, acs } = await readAuthnRequest(location.searchParams.get('SAMLRequest') ?? '')
  return { requestId: id, acs, cookie: cookieOf(started, '__Host-daybook-sso'), location }
}

/** What a marketplace tells of Ann and her company. */
export const ann = {
  uid: 'usr-1',
  group_uid: 'cld-1',
  group_name: 'Acme',
  name: 'Ann',
  surname: 'Lee',
  email: 'ann@example.com',
} as const

export type Told = Partial<ResponseOptions> & { readonly told?: Record<string, string | null> }

/** The marketplace's answer: signed as it should be, but for what is told otherwise. */
export async function respond(
  marketplace: Pick<Marketplace, 'apiId'>,
  started: Pick<Started, 'requestId' | 'acs'>,
  { told = {}, ...options }: Told = {},
): Promise<string> {
  const { samlResponse } = await signResponse({
    identity: await itsIdentity(),
    acs: started.acs,
    audience: marketplace.apiId,
    nameId: told.uid ?? ann.uid,
    requestId: started.requestId,
    attributes: { ...ann, ...told },
    ...options,
  })
  return samlResponse
}

/** The browser brings an answer. */
export function post(
  { tenant }: { tenant: string },
  samlResponse: string | readonly string[],
  { cookie = '', relayState }: { cookie?: string; relayState?: string } = {},
): Promise<Response> {
  const form = new URLSearchParams([samlResponse].flat().map((text) => ['SAMLResponse', text]))
  if (relayState !== undefined) form.set('RelayState', relayState)
  return fetchWorker(`/maestrano/auth/saml/consume/${tenant}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: cookie },
    body: form.toString(),
  })
}

/** The id of the session that an answer opened; '' for none. */
export function sessionOf(response: Response): string {
  return cookieOf(response, '__Host-daybook').split('=')[1] ?? ''
}

/** Somebody signs on, from the start to the end. */
export async function signOnAs(marketplace: Marketplace, told: Told = {}): Promise<Response> {
  const started = await startSignOn(marketplace)
  return post(marketplace, await respond(marketplace, started, told), started)
}

/** As `signOnAs`, for a sign-on that must succeed; answers the session's id. */
export async function signedOnAs(
  marketplace: Marketplace,
  told: Record<string, string | null> = {},
): Promise<string> {
  const answer = await signOnAs(marketplace, { told })
  const session = sessionOf(answer)
  if (answer.status !== 303 || session === '') throw new Error(`a test's sign-on answered ${answer.status}`)
  return session
}

/** The entry of the log that a failed sign-on's page refers to. */
export async function causeOf(
  page: string,
): Promise<{ code: string; group_uid: string; uid: string; detail: string; tenant: string } | null> {
  const [reference = ''] = /sso_[0-9a-f]+/.exec(page) ?? []
  return env.DB.prepare('SELECT * FROM marketplace_log WHERE reference = ?').bind(reference).first()
}

/** A company as the operator sees it. */
export type Seen = {
  status: string
  name: string
  publisherId: number
  timezone: string
  currency: string
  trialEndsAt: string | null
  users: {
    userId: string
    uid: string
    email: string
    firstName: string
    lastName: string
    role: string
    status: string
  }[]
}

/** Reads a company as the operator does. */
export async function seen({ tenant }: { tenant: string }, group = 'cld-1'): Promise<Seen> {
  return (await operatorCalls('GET', `/marketplaces/${tenant}/groups/${group}`)).json()
}

/** The session of an id, which must be open. */
export const opened = async (id: string) => {
  const state = await readSession(readingAt(Date.now()), id)
  if (state.kind !== 'open') throw new Error(`the session is ${state.kind}`)
  return state.session
}
