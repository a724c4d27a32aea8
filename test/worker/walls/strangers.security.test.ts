import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { randomHex } from '../../../src/platform/ids'
import { aPerson, aService } from '../../support/apps'
import { MARKETPLACE_KEY } from '../../support/marketplace'
import { aPublisher } from '../../support/publisher'
import { Client, rateOf } from '../../support/rates'
import { atTime } from '../../support/time'
import { aClient, basic, formType, TOKEN, tokenOf } from '../identity/support'
import { aBiller } from '../payments/support'
import { aCustomer, hubsAreAway, signOn } from '../portal/support'
import { newEmail } from '../widget/support'

hubsAreAway()

type Call = readonly [path: string, init?: RequestInit]

/** A surface: a call that is let in, calls that aren't and cost a look, and how it says that there were too many. */
type Gate = {
  readonly name: string
  readonly good: Call
  readonly bad: readonly (() => Call | Promise<Call>)[]
  readonly refused: number
  readonly words: RegExp
}

const authorized = (authorization: string | null): RequestInit => ({
  headers: { Authorization: authorization ?? '' },
})

const post = (body: string, headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers,
  body,
})

async function everyGate(): Promise<Gate[]> {
  const publisher = await aPublisher()
  const stranger = await aPublisher()
  const person = await aPerson(publisher)
  const service = await aService(publisher)
  const { biller } = await aBiller()
  const payer = await tokenOf(biller.client)
  const client = await aClient()
  const { company, marketplace } = await aCustomer()
  const admin = await signOn(company)
  const grant = 'grant_type=client_credentials'
  const cookie = (id: string): RequestInit => ({ headers: { Cookie: `__Host-daybook=${id}` } })
  const metadata = `/maestrano/metadata/${marketplace.tenant}`
  const hub = (key: string) => authorized(`Basic ${btoa(`${marketplace.apiId}:${key}`)}`)
  const signUp = (widgetId: string): Call => {
    const body = JSON.stringify({ widgetId, email: newEmail(), application: 'apple' })
    return ['/button/v1/subscriptions', post(body, { 'Content-Type': 'application/json' })]
  }
  const forged = (jwt: string) => `Bearer ${jwt.slice(0, -8)}${randomHex(4)}`
  return [
    {
      name: 'publisher',
      good: [await publisher.api.signed('GET', '/calendar')],
      bad: [
        () => [`/apiv2/calendar?apiKey=${randomHex(16)}&apiSign=${randomHex(16)}`],
        () => [`/apiv2/calendar?apiKey=${stranger.apiKey}&apiSign=${randomHex(16)}`],
        () => [`/apiv2/calendar?apiKey=${stranger.apiKey}&ts=1&apiSign256=${randomHex(32)}`],
        async () => [await stranger.api.signed('GET', '/calendar', undefined, { ts: '1900000000' })],
      ],
      refused: 403,
      words: /^\{"status":"429","statusLong":"Too many requests! Try again after sometime."\}$/,
    },
    {
      name: 'events',
      good: ['/persons/me', authorized(person.app.authorization)],
      bad: [
        () => ['/persons/me', authorized(`Token ${randomHex(20)}`)],
        () => ['/events', authorized(forged(service.authorization?.slice(7) ?? ''))],
        () => ['/event-subscriptions/live', authorized(`Token ${randomHex(20)}`)],
        () => ['/event-subscriptions?sync_token=0', authorized(`Token ${randomHex(20)}`)],
      ],
      refused: 401,
      words: /"status_code":429,.*"code":"RATE_LIMITED"/,
    },
    {
      name: 'payments',
      good: ['/accounts', authorized(`Bearer ${payer}`)],
      bad: [
        () => ['/accounts', authorized(forged(payer))],
        () => ['/accounts', authorized(`Bearer ${randomHex(9)}`)],
      ],
      refused: 401,
      words: /^\{"message":"You have exceeded the maximum limit/,
    },
    {
      name: 'tokens',
      good: [TOKEN, post(grant, { ...formType, ...basic(client.clientId, client.clientSecret) })],
      bad: [
        () => [TOKEN, post(grant, { ...formType, ...basic(crypto.randomUUID(), 'x') })],
        () => [TOKEN, post(grant, { ...formType, ...basic(client.clientId, randomHex(8)) })],
      ],
      refused: 401,
      words: /^\{"error":"slow_down"\}$/,
    },
    {
      name: 'portal',
      good: ['/portal', cookie(admin.session)],
      bad: [() => ['/portal', cookie(randomHex(32))], () => ['/portal/home', cookie(randomHex(32))]],
      refused: 303,
      words: /<h1[^>]*>Too many requests<\/h1>/,
    },
    {
      name: 'sign-in links',
      good: ['/portal', cookie(admin.session)],
      bad: [() => [`/portal/sign-in/${randomHex(32)}`]],
      refused: 403,
      words: /<h1[^>]*>Too many requests<\/h1>/,
    },
    {
      name: 'sign-up',
      good: signUp(publisher.widgetId),
      bad: [() => signUp(randomHex(12))],
      refused: 404,
      words: /^\{"status":"429","statusLong":"Too many requests! Try again after sometime."\}$/,
    },
    {
      name: 'marketplace',
      good: [metadata, hub(MARKETPLACE_KEY)],
      bad: [() => [metadata, hub(randomHex(8))], () => [metadata]],
      refused: 401,
      words: /^\{"error":"Too many requests"\}$/,
    },
    {
      name: 'marketplaces that do not exist',
      good: [metadata, hub(MARKETPLACE_KEY)],
      bad: [() => [`/maestrano/metadata/${randomHex(4)}`, hub(randomHex(8))]],
      refused: 404,
      words: /^\{"error":"Too many requests"\}$/,
    },
  ]
}

const badOf = ({ bad }: Gate, n: number) => (bad[n % bad.length] as Gate['bad'][number])()

describe('a client whose credentials are wrong too often', () => {
  it('is refused before the database is asked, in the words of the surface', async ({ expect }) => {
    for (const gate of await everyGate()) {
      const client = new Client(undefined, { FAILED_RATE: rateOf(7) })
      for (let n = 0; n < 8; n++) {
        const answer = await client.send(...(await badOf(gate, n)))
        expect([gate.name, n, answer.status]).toEqual([gate.name, n, gate.refused])
      }
      const before = client.counts.queries
      for (let n = 0; n < gate.bad.length; n++) {
        const answer = await client.send(...(await badOf(gate, n)))
        expect([gate.name, n, answer.status]).toEqual([gate.name, n, 429])
        expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThanOrEqual(10)
        expect(answer.headers.get('Cache-Control')).toBe('no-store')
        expect(await answer.text()).toMatch(gate.words)
      }
      expect([gate.name, client.counts.queries]).toEqual([gate.name, before])
    }
  })

  it('takes nobody with it: neither who is known at the same address, nor anybody elsewhere', async ({
    expect,
  }) => {
    for (const gate of await everyGate()) {
      const office = new Client(undefined, { FAILED_RATE: rateOf(0) })
      const isGood = async () => (await office.send(...gate.good)).status < 300
      expect([gate.name, await isGood()]).toEqual([gate.name, true])
      await office.send(...(await badOf(gate, 0)))
      expect((await office.send(...(await badOf(gate, 0)))).status).toBe(429)
      expect([gate.name, await isGood()]).toEqual([gate.name, true])
      const elsewhere = new Client(undefined, { FAILED_RATE: rateOf(0) })
      expect([gate.name, (await elsewhere.send(...gate.good)).status < 300]).toEqual([gate.name, true])
    }
  })

  it('may try again ten seconds later', async ({ expect }) => {
    const [gate] = await everyGate()
    if (!gate) throw new Error('there is no gate')
    const client = new Client(undefined, { FAILED_RATE: rateOf(0) })
    const now = Date.now()
    await atTime(now, () => client.send(...gate.good).then(() => client.send('/apiv2/calendar')))
    await atTime(now + 9_999, async () => expect((await client.send('/apiv2/calendar')).status).toBe(429))
    await atTime(now + 10_000, async () => expect((await client.send('/apiv2/calendar')).status).toBe(403))
  })

  it('is not counted where no address is told', async ({ expect }) => {
    for (const gate of await everyGate()) {
      const nobody = new Client(null, { FAILED_RATE: rateOf(0) })
      for (let n = 0; n < 4; n++) {
        expect([gate.name, (await nobody.send(...(await badOf(gate, n)))).status]).toEqual([
          gate.name,
          gate.refused,
        ])
      }
    }
  })

  it('writes nothing about the tokens that it asks for in vain beyond that', async ({ expect }) => {
    const client = new Client(undefined, { FAILED_RATE: rateOf(3) })
    const failures = () => env.DB.prepare('SELECT count(*) AS n FROM token_failures').first<number>('n')
    const ask = () =>
      client.send(TOKEN, post('grant_type=client_credentials', { ...formType, ...basic(randomHex(9), 'x') }))
    for (let n = 0; n < 4; n++) await ask()
    const before = await failures()
    for (let n = 0; n < 4; n++) expect((await ask()).status).toBe(429)
    expect(await failures()).toBe(before)
  })
})

describe('whoever guesses the operator’s token', () => {
  const path = '/operator/publishers'
  const guess = () => authorized(`Bearer ${randomHex(8)}`)
  const right = authorized(`Bearer ${env.OPERATOR_TOKEN}`)

  it('has 300 tries a minute, and then the right token is refused too', async ({ expect }) => {
    const guesser = new Client()
    let statuses: number[] = []
    // The minute may end meanwhile, and a new one begin.
    while (!statuses.includes(429) && statuses.length < 900) {
      statuses = [...statuses, ...(await guesser.statuses(50, path, guess()))]
    }
    expect(statuses.slice(0, 300)).toEqual(Array(300).fill(401))
    const refused = await guesser.send(path, right)
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '60'])
    expect(await refused.json()).toEqual({
      error: { code: 'too_many', message: 'Too many wrong tokens. Try again later.' },
    })
    expect((await new Client().send(path, right)).status).toBe(200)
  })

  it('keeps out nobody at the same address who had the right one before', async ({ expect }) => {
    const office = new Client(undefined, { OPERATOR_RATE: rateOf(0) })
    expect((await office.send(path, right)).status).toBe(200)
    expect((await office.send(path, guess())).status).toBe(401)
    expect((await office.send(path, guess())).status).toBe(429)
    expect((await office.send(path, right)).status).toBe(200)
  })

  it('may try again a minute later', async ({ expect }) => {
    const guesser = new Client(undefined, { OPERATOR_RATE: rateOf(0) })
    const now = Date.now()
    await atTime(now, () => guesser.send(path, guess()))
    await atTime(now + 59_999, async () => expect((await guesser.send(path, right)).status).toBe(429))
    await atTime(now + 60_000, async () => expect((await guesser.send(path, right)).status).toBe(200))
  })

  it('has guessed nothing by coming without one', async ({ expect }) => {
    const client = new Client(undefined, { OPERATOR_RATE: rateOf(0) })
    expect(await client.statuses(5, path)).toEqual(Array(5).fill(401))
    expect((await client.send(path, right)).status).toBe(200)
  })
})
