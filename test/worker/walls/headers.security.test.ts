import { describe, it } from 'vitest'
import { aPerson } from '../../support/apps'
import { aPublisher } from '../../support/publisher'
import { Client } from '../../support/rates'
import { JWKS, TOKEN } from '../identity/support'
import { aCustomer, hubsAreAway } from '../portal/support'

hubsAreAway()

const LONG = 100_000

/** Each surface: where it is asked, and how it begins to answer, whatever the header. */
async function everySurface() {
  const publisher = await aPublisher()
  const person = await aPerson(publisher)
  const { marketplace } = await aCustomer()
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const token = { method: 'POST', headers: form, body: 'grant_type=client_credentials' }
  return [
    { path: '/apiv2/calendar', statuses: [400, 403], begins: '{"status":"' },
    { path: '/events', statuses: [401], begins: '{"error":{"status_code":' },
    { path: '/accounts', statuses: [401], begins: '{"message":"' },
    { path: TOKEN, init: token, statuses: [400, 401], begins: '{"error":"' },
    { path: JWKS, statuses: [200], begins: '{"keys":[' },
    { path: '/operator/publishers', statuses: [401], begins: '{"error":{"code":"' },
    { path: `/maestrano/metadata/${marketplace.tenant}`, statuses: [401], begins: '{"error":"' },
    { path: '/portal', statuses: [303], begins: '' },
    { path: '/portal/sign-in', statuses: [200], begins: '<!doctype html>' },
    {
      path: `/button/v1/ecal.html?widgetId=${publisher.widgetId}&apiKey=${publisher.apiKey}`,
      statuses: [200],
      begins: '<!doctype html>',
    },
    { path: person.feedPath, statuses: [200], begins: 'BEGIN:VCALENDAR' },
    { path: '/health', statuses: [200], begins: '{"ok":true}' },
  ]
}

const x = 'x'.repeat(LONG)

/** Headers as long as no client sends them, among them such as make a careless expression look at each place many times. */
const headers: Readonly<Record<string, Record<string, string>>> = {
  'a long token': { Authorization: `Token ${x}` },
  'a long JWT': { Authorization: `Bearer ${x}.${x}.${x}` },
  'many spaces': { Authorization: `Bearer ${' '.repeat(LONG)}a b` },
  'spaces at the end': { Authorization: `Bearer ${x}${' '.repeat(LONG)}b` },
  'long Basic': { Authorization: `Basic ${'A'.repeat(LONG)}=` },
  'Basic that is none': { Authorization: `Basic ${'A'.repeat(LONG)}!` },
  'a long cookie': { Cookie: `__Host-daybook=${x}` },
  'many cookies': { Cookie: Array.from({ length: 10_000 }, (_, n) => `__Host-daybook=${n}`).join('; ') },
  'long conditions': { 'If-None-Match': `"${'",W/"'.repeat(20_000)}`, 'If-Modified-Since': `Mon, ${x}` },
  'a long language': { 'Accept-Language': 'en;q=0.1,'.repeat(10_000) },
  'a long agent': { 'User-Agent': 'Mozilla/5.0 (iPhone; '.repeat(5_000) },
  'a long bookmark': { 'Daybook-Bookmark': '00000000-'.repeat(10_000) },
  'a long key': { 'Idempotency-Key': x },
  'a long address': { 'CF-Connecting-IP': '::1:'.repeat(20_000) },
}

describe('headers as long as no client sends them', () => {
  it('are answered in the envelope of each surface', { timeout: 120_000 }, async ({ expect }) => {
    const client = new Client(null)
    for (const { path, init, statuses, begins } of await everySurface()) {
      for (const [name, odd] of Object.entries(headers)) {
        const answer = await client.send(path, { ...init, headers: { ...init?.headers, ...odd } })
        expect(statuses, `${path} with ${name}`).toContain(answer.status)
        expect((await answer.text()).startsWith(begins), `${path} with ${name}`).toBe(true)
      }
    }
  })

  it('so with query strings and paths', { timeout: 120_000 }, async ({ expect }) => {
    const client = new Client(null)
    const odd = [
      `?q=${x}`,
      `?${'a&'.repeat(LONG / 2)}`,
      `?${'%'.repeat(LONG)}`,
      `?${'a=1&'.repeat(LONG / 4)}`,
    ]
    for (const { path, init, statuses, begins } of await everySurface()) {
      for (const query of odd) {
        const answer = await client.send(`${path.split('?')[0]}${query}`, init)
        const expected = path.startsWith('/button') ? [400] : statuses
        expect(expected, `${path} with ${query.slice(0, 9)}`).toContain(answer.status)
        expect((await answer.text()).startsWith(begins), `${path} with ${query.slice(0, 9)}`).toBe(true)
      }
    }
    for (const path of [
      `/apiv2/${x}`,
      `/events/${x}`,
      `/accounts/${x}`,
      `/portal/sign-in/${x}`,
      `/ecal-sub/${x}/x.ics`,
    ]) {
      expect([400, 401, 403, 404], path.slice(0, 20)).toContain((await client.send(path)).status)
    }
  })
})
