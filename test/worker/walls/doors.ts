import { env } from 'cloudflare:workers'
import { aPerson } from '../../support/apps'
import { MARKETPLACE_KEY } from '../../support/marketplace'
import { aPublisher } from '../../support/publisher'
import { tokenOf } from '../identity/support'
import { aBiller } from '../payments/support'
import { aCustomer, signOn } from '../portal/support'

/** A way by which bodies come in: who may send one, how large it may be, and how a refusal is worded. */
export type Door = {
  readonly name: string
  readonly method: 'POST' | 'PUT'
  readonly path: string
  readonly headers: Record<string, string>
  readonly limit: number
  readonly tooLarge: string | RegExp
  readonly tooSlow: string | RegExp
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'Content-Type': 'application/json' }
const KIB = 1024

const publisherWords = {
  tooLarge: '{"status":"413","statusLong":"Payload too large."}',
  tooSlow: '{"status":"408","statusLong":"Request timeout."}',
}
const paymentsWords = {
  tooLarge: '{"message":"The request body is too large."}',
  tooSlow: '{"message":"The request body did not come in time."}',
}
const operatorError = (code: string, message: string) => JSON.stringify({ error: { code, message } })
const eventsError = (status_code: number, message: string, code: string) =>
  JSON.stringify({ error: { status_code, message, code } })
const signOnPage = { tooLarge: /<h1>Sign-on failed<\/h1>/, tooSlow: /<h1>Sign-on failed<\/h1>/ }

/** One door of each surface that reads bodies. */
export async function everyDoor(): Promise<Door[]> {
  const publisher = await aPublisher()
  const person = await aPerson(publisher)
  const { biller } = await aBiller()
  const { company, marketplace } = await aCustomer()
  const admin = await signOn(company)
  const post = (name: string, path: string, headers: Record<string, string>, limit: number) =>
    ({ name, method: 'POST', path, headers, limit }) as const
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}`, ...JSON_TYPE })
  const basic = `Basic ${btoa(`${marketplace.apiId}:${MARKETPLACE_KEY}`)}`
  return [
    {
      ...post('publisher', `/apiv2/calendar?apiKey=${publisher.apiKey}`, JSON_TYPE, 1024 * KIB),
      ...publisherWords,
    },
    { ...post('sign-up', '/button/v1/subscriptions', JSON_TYPE, 64 * KIB), ...publisherWords },
    {
      ...post('sign-up form', '/button/v1/subscriptions', FORM, 64 * KIB),
      tooLarge: /That is too much/,
      tooSlow: /That took too long/,
    },
    {
      ...post('events', '/events', { Authorization: person.app.authorization ?? '' }, 64 * KIB),
      tooLarge: eventsError(413, 'The body is over 64 KiB.', 'PAYLOAD_TOO_LARGE'),
      tooSlow: eventsError(408, 'The body did not come in time.', 'REQUEST_TIMEOUT'),
    },
    {
      ...post('payments', '/accounts/A1', bearer(await tokenOf(biller.client)), 64 * KIB),
      method: 'PUT',
      ...paymentsWords,
    },
    { ...post('tokens', '/identity/connect/token', FORM, 64 * KIB), ...paymentsWords },
    {
      ...post(
        'portal',
        '/portal/settings',
        { Cookie: `__Host-daybook=${admin.session}`, ...FORM },
        256 * KIB,
      ),
      tooLarge: /This is too much/,
      tooSlow: /This took too long/,
    },
    {
      ...post('operator', '/operator/publishers', bearer(env.OPERATOR_TOKEN), 64 * KIB),
      tooLarge: operatorError('too_large', 'The body is too large.'),
      tooSlow: operatorError('too_slow', 'The body did not come in time.'),
    },
    {
      ...post('sign-on', `/maestrano/auth/saml/consume/${marketplace.tenant}`, FORM, 256 * KIB),
      ...signOnPage,
    },
    {
      ...post(
        'notifications',
        `/maestrano/connec/notifications/${marketplace.tenant}`,
        { Authorization: basic, ...JSON_TYPE },
        5 * 1024 * KIB,
      ),
      tooLarge: '{"error":"The body is too large"}',
      tooSlow: '{"error":"The body did not come in time"}',
    },
  ]
}
