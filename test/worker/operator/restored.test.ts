import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate, type TestPerson } from '../../support/apps'
import { runCron } from '../../support/crons'
import { erase, later } from '../../support/erasing'
import { forgetFeeds, plainFeed } from '../../support/feeds'
import { StandInFrontCache } from '../../support/front-cache'
import { logHead } from '../../support/log'
import { aPublisher, feedText, fetchWorker, type TestPublisher } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { fullRead, Replica } from '../../support/replica'
import { signedSignUp, signUp } from '../../support/sign-up'
import { atTime } from '../../support/time'
import { keepMoment, type Moment } from '../../support/time-travel'
import { anEndpoint, runAlarmAt } from '../../support/webhooks'
import { operate } from '../identity/support'

/** Brings a moment back, and says so, as the operator does. */
async function restore(moment: Moment): Promise<number> {
  await moment.restore()
  const told = await operate('POST', '/operator/restored')
  if (told.status !== 200) throw new Error(`a restore answered ${told.status}`)
  return told.body.seq
}

/** A feed of each kind, a person whose app syncs, and a service. */
async function aDeployment() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, calendar, { name: 'Final' })
  const ann = await aPerson(publisher, { calendarIds: [calendar] })
  await relate(service, await anEvent(publisher, await aCalendar(publisher, 'Cup')), ann.ecalId)
  const typed = await signUp(publisher, 'limited@example.com', { calendarIds: [calendar] })
  await signedSignUp(publisher, 'limited@example.com')
  const gone = await publisher.subscriber()
  await publisher.api.post(`/subscriber/${gone.ecalId}/unsubscribe`)
  const publicFeed = new URL((await publisher.api.get(`/calendar/${calendar}`)).data.feed).pathname
  const feeds = { own: ann.feedPath, limited: typed.feedPath, ended: gone.feedPath, public: publicFeed }
  return { publisher, service, calendar, event, ann, feeds }
}

type Feeds = Awaited<ReturnType<typeof aDeployment>>['feeds']
type Seen = { etags: string[]; modified: string[]; text: string }

/** What each feed answers. */
async function look(feeds: Feeds): Promise<Record<keyof Feeds, Seen>> {
  const seen = Object.entries(feeds).map(async ([name, path]) => {
    const answer = await fetchWorker(path)
    const { headers } = answer
    const etags = [headers.get('ETag') ?? '']
    return [name, { etags, modified: [headers.get('Last-Modified') ?? ''], text: await feedText(answer) }]
  })
  return Object.fromEntries(await Promise.all(seen))
}

/** Changes of everything that is shown, as many at each call. */
async function change({ publisher, event, ann }: Awaited<ReturnType<typeof aDeployment>>, name: string) {
  await publisher.api.put(`/event/${event}`, { name })
  await publisher.api.put(`/subscriber/${ann.ecalId}`, { city: name })
  const due = { name: `${name} is due`, startDate: '2040-01-01', allDay: true }
  await publisher.api.post('/event', due, { query: { ecal_id: ann.ecalId } })
}

/** What each sync token of before answers to an app. */
const refusals = (app: TestPerson['app'], tokens: Iterable<number>) =>
  Promise.all(
    [...tokens].map(async (token) => (await app.get(`/event-subscriptions?sync_token=${token}`)).code),
  )

describe('a restored database', () => {
  it('brings no ETag, fragment or sync token of before back, restored once or again to the same moment', async ({
    expect,
  }) => {
    const deployment = await aDeployment()
    const { publisher, service, ann, feeds } = deployment
    const tokens = new Map([ann.app, service].map((app) => [app, new Set<number>()]))
    const sync = async () => {
      for (const [app, known] of tokens) {
        const replica = new Replica(app)
        await replica.sync()
        for (const item of replica.items.values()) known.add(item.sync_token)
        known.add(replica.token)
        expect(replica.sorted()).toEqual(await fullRead(app))
      }
    }
    const seen = await look(feeds)
    await sync()
    const texts = Object.fromEntries(Object.entries(seen).map(([name, { text }]) => [name, text]))
    const moment = await keepMoment()
    const born = await aPerson(publisher)
    await new Replica(born.app).sync()
    const jumps: number[] = []
    for (const name of ['Lost', 'Restored', 'Anew', 'Once more']) {
      // The same number of changes each time: without the jump, they had the same numbers.
      await change(deployment, name)
      const now = await look(feeds)
      expect(now.public.text).toContain(`SUMMARY:${name}`)
      expect(now.own.text).toBe(await plainFeed(publisher.id, ann.ecalId))
      await sync()
      for (const feed of Object.keys(feeds) as (keyof Feeds)[]) {
        seen[feed].etags.push(...now[feed].etags)
        seen[feed].modified.push(...now[feed].modified)
      }
      jumps.push(await restore(moment))
      for (const [app, known] of tokens) {
        expect(new Set(await refusals(app, known))).toEqual(new Set(['SYNC_TOKEN_INVALID']))
      }
      for (const forget of [() => {}, forgetFeeds]) {
        forget()
        const after = await look(feeds)
        for (const feed of Object.keys(feeds) as (keyof Feeds)[]) {
          expect(after[feed].text).toBe(texts[feed])
          expect(seen[feed].etags).not.toContain(after[feed].etags[0])
          const headers = { 'If-None-Match': seen[feed].etags.join(', ') }
          expect([feed, (await fetchWorker(feeds[feed], { headers })).status]).toEqual([feed, 200])
          for (const since of seen[feed].modified) {
            const dated = await fetchWorker(feeds[feed], { headers: { 'If-Modified-Since': since } })
            expect([feed, dated.status]).toEqual([feed, 200])
          }
        }
      }
      await sync()
    }
    expect(new Set(jumps.map((seq, at) => seq - (jumps[at - 1] ?? seq - 2 ** 32)))).toEqual(
      new Set([2 ** 32]),
    )
    // Somebody of after that moment was never there.
    expect((await born.feed()).status).toBe(404)
    expect((await born.app.get('/event-subscriptions')).status).toBe(401)
  })

  it('shows nothing that a timeline took up after that moment, though the timeline was born after it', async ({
    expect,
  }) => {
    const deployment = await aDeployment()
    const { ann, publisher } = deployment
    const moment = await keepMoment()
    const tokens: number[] = []
    for (const name of ['Lost', 'Lost again']) {
      await change(deployment, name)
      const replica = new Replica(ann.app, '/events')
      await replica.sync()
      expect(JSON.stringify(replica.sorted())).toContain(name)
      tokens.push(replica.token)
      await restore(moment)
      expect(new Set(await refusals(ann.app, tokens))).toEqual(new Set(['SYNC_TOKEN_INVALID']))
      expect(JSON.stringify(await fullRead(ann.app, '/events'))).not.toContain('Lost')
    }
    expect(await feedText(ann.feed())).toBe(await plainFeed(publisher.id, ann.ecalId))
  })

  it('is shown by the cache in front of the Worker a minute later', async ({ expect }) => {
    const deployment = await aDeployment()
    const moment = await keepMoment()
    await change(deployment, 'Lost')
    const front = new StandInFrontCache()
    const now = Date.now()
    const ask = (at: number) => atTime(now + at, () => front.fetch(deployment.feeds.public))
    expect(await feedText((await ask(0)).answer)).toContain('SUMMARY:Lost')
    await restore(moment)
    const later = await ask(60_000)
    expect([later.ran, await feedText(later.answer)]).toEqual([
      true,
      expect.stringContaining('SUMMARY:Final'),
    ])
  })

  it('answers the seq from which changes go on, jumps again when it is told again, and takes no fields', async ({
    expect,
  }) => {
    const moment = await keepMoment()
    const head = await logHead()
    const first = await restore(moment)
    expect(first).toBeGreaterThanOrEqual(head + 2 ** 32)
    const again = await operate('POST', '/operator/restored', {})
    expect(again).toEqual({ status: 200, body: { seq: first + 2 ** 32 } })
    expect((await operate('POST', '/operator/restored', { force: true })).status).toBe(400)
    expect(await logHead()).toBe(first + 2 ** 32)
  })
})

describe('webhooks after a restore', () => {
  const idsOf = (received: { id: string }[]) => received.map(({ id }) => id)

  it('use no message id for anything else, and send again only what had not been delivered by that moment', async ({
    expect,
  }) => {
    const deployment = await aDeployment()
    const { publisher } = deployment
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['event.updated'] })
    const settle = async (count: number) => {
      await runCron('* * * * *')
      await runAlarmAt(Date.now() + 3_600_000, id)
      return receiver.until(count)
    }
    await change(deployment, 'Delivered')
    await settle(1)
    receiver.answer = () => new Response(null, { status: 503 })
    await change(deployment, 'Waiting')
    await receiver.until(2)
    await runCron('* * * * *')
    const moment = await keepMoment()
    receiver.answer = () => new Response(null, { status: 204 })
    await settle(3)
    await change(deployment, 'Lost')
    const before = new Map((await settle(4)).map((each) => [each.id, each.body]))
    expect(before.size).toBe(3)

    await restore(moment)
    await change(deployment, 'Afterwards')
    const after = (await settle(6)).slice(4)
    const [delivered, waiting, lost] = [...before.keys()]
    expect(idsOf(after)).toContain(waiting)
    expect(idsOf(after)).not.toContain(delivered)
    expect(idsOf(after)).not.toContain(lost)
    for (const { id: message, body } of after) expect(before.get(message) ?? body).toBe(body)
    const fresh = after.filter((each) => !before.has(each.id))
    expect(fresh.map(({ json }) => json.data)).toEqual([
      expect.objectContaining({ event: expect.objectContaining({ name: 'Afterwards' }) }),
    ])
  })

  it('go to no endpoint that was made after that moment', async ({ expect }) => {
    const deployment = await aDeployment()
    const moment = await keepMoment()
    const receiver = aReceiver(() => new Response(null, { status: 503 }))
    const { id } = await anEndpoint(deployment.publisher, receiver.url, { events: ['event.updated'] })
    await change(deployment, 'Lost')
    await receiver.until(1)
    await restore(moment)
    await change(deployment, 'Afterwards')
    await runCron('* * * * *')
    await runAlarmAt(Date.now() + 3_600_000, id)
    expect(receiver.received).toHaveLength(1)
  })
})

describe('repeats after a restore', () => {
  const created = { name: 'Club' }
  const post = (publisher: TestPublisher, key: string) =>
    publisher.api.post('/calendar', created, { headers: { 'Idempotency-Key': key } })

  it('answer what was answered by that moment, and do anew what was done after it', async ({ expect }) => {
    const publisher = await aPublisher()
    const first = await post(publisher, 'before')
    const signsUp = (name: string) =>
      signUp(publisher, `${name}@example.com`, {}, { 'Idempotency-Key': `${name}-signs-up` })
    const ann = await signsUp('ann')
    const moment = await keepMoment()
    const lost = await post(publisher, 'after')
    const ben = await signsUp('ben')
    await restore(moment)
    expect((await post(publisher, 'before')).data.id).toBe(first.data.id)
    const anew = await post(publisher, 'after')
    expect([anew.status, anew.data.id === lost.data.id]).toEqual([200, false])
    expect((await post(publisher, 'after')).data.id).toBe(anew.data.id)
    expect(await signsUp('ann')).toEqual(ann)
    const again = await signsUp('ben')
    expect([again.status, again.ecalId === ben.ecalId]).toEqual([201, false])
    expect((await signsUp('ben')).ecalId).toBe(again.ecalId)
  })

  it('leave erased persons erased: at once what opens something of theirs, and all of it soon after', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher, { first_name: 'Annunziata' })
    const moment = await keepMoment()
    expect(await erase({ publisher, ecalId: ann.ecalId })).toBe(204)
    for (const times of [1, 2]) {
      await restore(moment)
      expect([times, (await ann.feed()).status, (await ann.app.get('/events')).status]).toEqual([
        times,
        404,
        401,
      ])
      await later()
      expect((await publisher.api.get(`/subscriber/${ann.ecalId}`)).text).not.toContain('Annunziata')
      expect((await operate('GET', '/operator/health')).body.erasures.pending).toBe(0)
    }
  })
})
