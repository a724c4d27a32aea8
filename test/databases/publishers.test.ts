import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { appOf, aService } from '../support/apps'
import { runCron } from '../support/crons'
import { feedText, fetchWorker, summaries } from '../support/publisher'
import { aReceiver } from '../support/receiver'
import { fullRead, Replica } from '../support/replica'
import { aClient, keySet, tokenOf } from '../worker/identity/support'
import { allScopes, anAccount, aSchedule, Biller, putBusiness } from '../worker/payments/support'
import { aLink, Browser, signIn } from '../worker/portal/support'
import { aPublisherIn, database, operate, tablesWith } from './support'

const due = { name: 'Payment Due', startDate: '2030-05-01', allDay: true }

/** All that a publisher's own things are, made through each of its doors. */
async function aWholePublisher(number: number) {
  const publisher = await aPublisherIn(number, `Publisher of ${number}`)
  const receiver = aReceiver()
  await publisher.api.post('/webhook', { url: receiver.url })
  const ann = await publisher.subscriber({ email: 'ann@example.com' })
  const { id: calendarId } = (await publisher.api.post('/calendar', { name: `Club of ${number}` })).data
  await publisher.api.post('/event', { ...due, name: `Round of ${number}`, calendarId })
  await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [calendarId] })
  await publisher.api.post('/event', { ...due, name: `Due of ${number}` }, { query: { ecal_id: ann.ecalId } })
  return { publisher, receiver, ann, calendarId }
}

describe('a publisher that lives in another database than the first', () => {
  it('has everything there, and nothing in another', async ({ expect }) => {
    const { publisher, receiver } = await aWholePublisher(1)
    await receiver.until(4)
    expect(await tablesWith(1, publisher.id)).toEqual(
      expect.arrayContaining([
        'api_keys',
        'calendars',
        'changes',
        'events',
        'subscribers',
        'webhook_messages',
      ]),
    )
    expect(await tablesWith(0, publisher.id)).toEqual([])
    expect(await tablesWith(2, publisher.id)).toEqual([])
  })

  it('answers its client system, its people’s calendar apps and its widget like any other', async ({
    expect,
  }) => {
    for (const number of [0, 1, 2]) {
      const { publisher, ann, calendarId } = await aWholePublisher(number)
      expect((await publisher.api.get(`/subscriber/${ann.ecalId}`)).data.email).toBe('ann@example.com')
      const names = await summaries(ann.feed())
      expect(names).toEqual(expect.arrayContaining([`Round of ${number}`, `Due of ${number}`]))
      expect(names).toHaveLength(3)
      const open = await fetchWorker(`/calendars/${calendarId}/club.ics`)
      expect(await feedText(open)).toContain(`Round of ${number}`)
      const page = await fetchWorker(
        `/button/v1/ecal.html?apiKey=${publisher.apiKey}&widgetId=${publisher.widgetId}`,
      )
      expect(await page.text()).toContain(`Publisher of ${number}`)
    }
  })

  it('keeps persons apart that have one e-mail in two of them', async ({ expect }) => {
    const [first, second] = [await aWholePublisher(0), await aWholePublisher(1)]
    expect(first.ann.ecalId).not.toBe(second.ann.ecalId)
    expect(await summaries(first.ann.feed())).not.toContain('Due of 1')
    const ofTheOther = await second.publisher.api.get(`/subscriber/${first.ann.ecalId}`)
    expect(ofTheOther.status).toBe(404)
  })

  it('syncs its people’s apps by token, and tells them of changes', async ({ expect }) => {
    const { publisher, ann } = await aWholePublisher(1)
    const app = await appOf(publisher, ann.ecalId)
    const replica = new Replica(app)
    await replica.sync()
    expect(replica.sorted()).toEqual(await fullRead(app))
    await publisher.api.post('/event', { ...due, name: 'Paid' }, { query: { ecal_id: ann.ecalId } })
    expect((await replica.sync()).length).toBe(1)
    const { data } = await app.get('/events')
    expect(data.map(({ title }: { title: string }) => title)).toContain('Paid')
    const service = await aService(publisher)
    expect((await service.get('/event-subscriptions')).status).toBe(200)
  })

  it('has its webhooks delivered, under message ids that no other database gives', async ({ expect }) => {
    const [first, second] = [await aWholePublisher(0), await aWholePublisher(1)]
    await Promise.all([first.receiver.until(4), second.receiver.until(4)])
    expect(first.receiver.ids().filter((id) => second.receiver.ids().includes(id))).toEqual([])
    const seqs = second.receiver.ids().map((id) => Number(id.slice('msg_'.length)))
    expect(Math.min(...seqs)).toBeGreaterThan(2 ** 44)
  })

  it('is found by the crons: what no queue told of is delivered', async ({ expect }) => {
    const { publisher, receiver, ann } = await aWholePublisher(2)
    await receiver.until(4)
    const queue = env.CHANGES as { send: unknown }
    const send = queue.send
    queue.send = () => Promise.reject(new Error('the queue is down'))
    try {
      await publisher.api.post('/event', { ...due, name: 'Lost' }, { query: { ecal_id: ann.ecalId } })
    } finally {
      queue.send = send
    }
    expect(receiver.received).toHaveLength(4)
    await runCron('* * * * *')
    await receiver.until(5)
    expect(receiver.received.at(-1)?.body).toContain('Lost')
  })

  it('gives its billers tokens, whose keys are published with all others', async ({ expect }) => {
    const publisher = await aPublisherIn(1)
    await putBusiness(publisher, 'MELB01')
    const client = await aClient({ publisherId: publisher.id, scopes: allScopes })
    const token = await tokenOf(client)
    const [header = ''] = token.split('.')
    const { kid } = JSON.parse(atob(header))
    expect((await keySet()).keys.map((key) => key.kid)).toContain(kid)
    const biller = new Biller(client)
    await anAccount(biller, 'A1')
    await aSchedule(biller)
    expect((await biller.get('/accounts/A1/oneOffSchedules')).body).toMatchObject({
      oneOffSchedules: [{ amount: 50 }],
    })
    expect(await tablesWith(1, publisher.id)).toContain('accounts')
  })

  it('lets its staff into the portal by a link', async ({ expect }) => {
    const publisher = await aPublisherIn(1, 'Second Bank')
    const browser = await signIn(publisher.id)
    expect((await browser.get('/portal')).words).toContain('Second Bank')
    // Of a session that the browser had elsewhere, nothing stays open.
    const former = browser.session
    const { path } = await aLink((await aPublisherIn(2)).id)
    expect((await browser.send(path, path)).status).toBe(303)
    const old = new Browser()
    old.cookies.set('__Host-daybook', former)
    expect((await old.get('/portal')).location).toBe('/portal/sign-in')
  })

  it('can have its people exported and erased', async ({ expect }) => {
    const { publisher, ann } = await aWholePublisher(1)
    const path = `/publishers/${publisher.id}/subscribers/${ann.ecalId}`
    expect(JSON.stringify((await operate(0, 'GET', `${path}/export`)).body)).toContain('ann@example.com')
    expect((await operate(0, 'DELETE', path)).status).toBe(204)
    expect((await ann.feed()).status).toBe(404)
    const row = await database(1)
      .prepare('SELECT email FROM subscribers WHERE id = ?')
      .bind(ann.ecalId)
      .first('email')
    expect(row).toBe('')
  })
})
