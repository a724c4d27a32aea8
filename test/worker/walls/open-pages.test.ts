import { describe, it } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { Client, rateOf } from '../../support/rates'
import { atTime } from '../../support/time'
import { JWKS } from '../identity/support'
import { aCustomer, hubsAreAway } from '../portal/support'

hubsAreAway()

/** What is open to everybody and asks the database or computes: by surface, with how it says that it was too often. */
async function everyOpenPage() {
  const { widgetId, apiKey } = await aPublisher()
  const { marketplace } = await aCustomer()
  const sso = `/maestrano/auth/saml`
  return [
    {
      surface: 'widget',
      path: `/button/v1/ecal.html?apiKey=${apiKey}&widgetId=${widgetId}`,
      words: /That was too often/,
    },
    { surface: 'identity', path: JWKS, words: /You have exceeded the maximum limit of request allowed/ },
    { surface: 'portal', path: '/portal/sign-in', words: /Too many requests/ },
    {
      surface: 'marketplace',
      path: `${sso}/init/${marketplace.tenant}`,
      words: /^\{"error":"Too many requests"\}$/,
    },
    {
      surface: 'marketplace',
      path: `${sso}/init/nobody`,
      // Credentials that nobody asked for.
      init: { headers: { Authorization: 'Basic eDp5' } },
      words: /^\{"error":"Too many requests"\}$/,
    },
    {
      surface: 'marketplace',
      path: `${sso}/consume/${marketplace.tenant}`,
      init: { method: 'POST', body: 'SAMLResponse=x' },
      words: /^\{"error":"Too many requests"\}$/,
    },
    { surface: 'docs', path: '/openapi.json', words: /^Too many requests\.\n$/ },
    { surface: 'health', path: '/health', words: /^Too many requests\.\n$/ },
  ]
}

describe('a page that is open to everybody', () => {
  it('is refused to a client that opens it without end, before anything is asked', async ({ expect }) => {
    for (const { surface, path, words, init } of await everyOpenPage()) {
      const client = new Client(undefined, { OPEN_RATE: rateOf(0) })
      const now = Date.now()
      // However long they take: all of them at once.
      const statuses = await atTime(now, () => client.statuses(30, path, init))
      expect([surface, statuses.includes(429)]).toEqual([surface, false])
      const before = client.counts.queries
      const refused = await atTime(now, () => client.send(path, init))
      expect([path, refused.status]).toEqual([path, 429])
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThanOrEqual(10)
      expect(refused.headers.get('Cache-Control')).toBe('no-store')
      expect(await refused.text()).toMatch(words)
      expect([surface, client.counts.queries]).toEqual([surface, before])
    }
  })

  it('is open to others meanwhile, and other pages are to the same client', async ({ expect }) => {
    const pages = await everyOpenPage()
    const client = new Client(undefined, { OPEN_RATE: rateOf(0) })
    const now = Date.now()
    for (const { path, init } of pages.slice(0, 1)) await atTime(now, () => client.statuses(31, path, init))
    for (const { surface, path, init } of pages.slice(1)) {
      expect([surface, (await client.send(path, init)).status === 429]).toEqual([surface, false])
    }
    for (const { surface, path, init } of pages) {
      const other = new Client(undefined, { OPEN_RATE: rateOf(0) })
      expect([surface, (await other.send(path, init)).status === 429]).toEqual([surface, false])
      const nobody = new Client(null, { OPEN_RATE: rateOf(0) })
      expect([surface, (await nobody.statuses(40, path, init)).includes(429)]).toEqual([surface, false])
    }
  })

  it('can be opened 300 times in ten seconds', async ({ expect }) => {
    const client = new Client()
    let statuses: number[] = []
    // The limiter's ten seconds may begin anew while this runs: then the limit comes later, never sooner.
    while (!statuses.includes(429) && statuses.length < 3000) {
      statuses = [...statuses, ...(await client.statuses(50, '/health'))]
    }
    expect(statuses.slice(0, 300)).toEqual(Array(300).fill(200))
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
  })

  it('counts the clients of one IPv6 network as one', async ({ expect }) => {
    const rates = { OPEN_RATE: rateOf(0) }
    const network = '2001:db8:77:88'
    let statuses: number[] = []
    for (let n = 1; n <= 31; n++)
      statuses = [...statuses, (await new Client(`${network}::${n}`, rates).send('/health')).status]
    expect(statuses).toEqual([...Array(30).fill(200), 429])
    expect((await new Client('2001:db8:77:89::1', rates).send('/health')).status).toBe(200)
  })
})
