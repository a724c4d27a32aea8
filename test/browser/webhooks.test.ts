import { Webhook } from 'standardwebhooks'
import { describe, inject, it, onTestFinished } from 'vitest'
import { demo } from '../../scripts/demo-data.mjs'
import { signUrl } from '../../scripts/signing.mjs'
import { type Arrival, aReceiver } from './receiver'

/** Webhooks over real sockets: the server as `npm start` serves it, and a client system's own HTTP server. */

const origin = inject('origin')

type Answer = { status: number; data: { id: string; secret: string } }

/** A call of the publisher API, signed as a client system signs it. */
async function call(method: 'POST' | 'DELETE', path: string, fields?: object): Promise<Answer> {
  const body = fields === undefined ? '' : JSON.stringify(fields)
  const { apiKey, secret } = demo
  const url = signUrl({ method, url: `${origin}${path}`, body, apiKey, secret })
  const response = await fetch(url, { method, ...(body === '' ? {} : { body }) })
  const { data } = (await response.json()) as { data: Answer['data'] }
  return { status: response.status, data }
}

/** An endpoint of the demo publisher, made through its API and removed when the test ends. */
async function anEndpoint(url: string) {
  const { status, data } = await call('POST', '/apiv2/webhook', { url })
  if (status !== 200) throw new Error(`POST /apiv2/webhook answered ${status}`)
  const remove = () => call('DELETE', `/apiv2/webhook/${data.id}`)
  onTestFinished(async () => {
    await remove()
  })
  return { remove, secret: data.secret }
}

/** What a message says, once an independent reader of the Standard Webhooks format took it for genuine. */
function verified({ headers, body }: Arrival, secret: string) {
  const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  return new Webhook(secret).verify(body, texts) as { type: string; data: Record<string, unknown> }
}

type SignedUp = { ecalId: string; calendarUrl: { httpsCalUrl: string } }

/** Signs a new person up, as the page or a client system does. */
async function signUp(email: string) {
  const response = await fetch(`${origin}/button/v1/subscriptions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ widgetId: demo.widgetId, email, application: 'google' }),
  })
  if (response.status !== 201) throw new Error(`the sign-up answered ${response.status}`)
  const { ecalId, calendarUrl } = (await response.json()) as SignedUp
  const [, address = ''] = /\/ecal-sub\/([0-9a-f]{32})\//.exec(calendarUrl.httpsCalUrl) ?? []
  return { ecalId, address }
}

describe('a client system with a webhook endpoint', () => {
  it('hears of a sign-up, signed, and without the feed address', async ({ expect }) => {
    const receiver = await aReceiver()
    const { secret } = await anEndpoint(receiver.url)
    const person = await signUp('hears@example.com')
    const arrival = await receiver.first('subscriber.subscribed', 'hears@example.com')
    expect(arrival.method).toBe('POST')
    expect(verified(arrival, secret)).toMatchObject({
      type: 'subscriber.subscribed',
      data: { ecalId: person.ecalId, email: 'hears@example.com', application: 'google' },
    })
    expect(person.address).not.toBe('')
    expect(JSON.stringify(arrival)).not.toContain(person.address)
    expect(arrival.body).not.toContain('ecal-sub')
  })

  it('gets its messages signed with its own secret, not with that of another endpoint', async ({
    expect,
  }) => {
    const [one, two] = [await aReceiver(), await aReceiver()]
    const first = await anEndpoint(one.url)
    const second = await anEndpoint(two.url)
    await signUp('signed@example.com')
    const toFirst = await one.first('subscriber.subscribed', 'signed@example.com')
    const toSecond = await two.first('subscriber.subscribed', 'signed@example.com')
    expect(verified(toFirst, first.secret)).toEqual(verified(toSecond, second.secret))
    expect(() => verified(toFirst, second.secret)).toThrow('No matching signature found')
  })

  it('hears of a private event that it pushed', async ({ expect }) => {
    const receiver = await aReceiver()
    const { secret } = await anEndpoint(receiver.url)
    const { ecalId } = await signUp('pushed@example.com')
    const due = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }
    const made = await call('POST', `/apiv2/event?ecal_id=${ecalId}`, due)
    expect(made.status).toBe(200)
    const { data } = verified(await receiver.first('event.created', ecalId), secret)
    expect(data).toMatchObject({ ecalId, event: { id: made.data.id, name: 'Payment Due' } })
  })

  it('hears nothing more once the endpoint is removed', async ({ expect }) => {
    const [removed, kept] = [await aReceiver(), await aReceiver()]
    const { remove } = await anEndpoint(removed.url)
    await anEndpoint(kept.url)
    const { ecalId } = await signUp('removed@example.com')
    await removed.first('subscriber.subscribed', ecalId)
    expect((await remove()).status).toBe(200)
    const due = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }
    expect((await call('POST', `/apiv2/event?ecal_id=${ecalId}`, due)).status).toBe(200)
    // The endpoint that is still there tells that the message went out; a little more time for one gone astray.
    await kept.first('event.created', ecalId)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(
      removed.arrived.filter(({ type, body }) => type === 'event.created' && body.includes(ecalId)),
    ).toEqual([])
  })
})
