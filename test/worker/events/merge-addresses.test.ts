import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, appOf, aService } from '../../support/apps'
import { newPhone, personRow, prove } from '../../support/contacts'
import { invite } from '../../support/invitations'
import { logHead, logSince } from '../../support/log'
import { aPublisher, fetchWorker, summaries, type TestPublisher } from '../../support/publisher'
import { signedSignUp, signUp } from '../../support/sign-up'

/** Somebody with a public and a private event. */
async function aFollower(publisher: TestPublisher, name: string) {
  const calendar = await aCalendar(publisher)
  await anEvent(publisher, calendar, { name: `${name} public` })
  const person = await aPerson(publisher, { calendarIds: [calendar] })
  await privateEvent(publisher, person.ecalId, `${name} private`)
  return person
}

async function privateEvent(publisher: TestPublisher, ecalId: string, name: string): Promise<string> {
  const body = { name, startDate: '2040-01-01', allDay: true }
  return (await publisher.api.post('/event', body, { query: { ecal_id: ecalId } })).data.id
}

const feedPathOf = async (publisher: TestPublisher, id: string) =>
  new URL((await publisher.api.get(`/subscriber/${id}`)).data.calendarUrl.httpsCalUrl).pathname

describe('the feed address of a person who was merged', () => {
  it('serves the public calendars of its person, where no contact was proved', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aFollower(publisher, 'Ann'), await aFollower(publisher, 'Ben')]
    await prove(ann.app, ann.ecalId, { email: ben.email })
    expect(await summaries(ben.feed())).toEqual(['Ben public'])
    expect(await summaries(ann.feed())).toEqual(
      expect.arrayContaining(['Ann public', 'Ann private', 'Ben public', 'Ben private']),
    )
    await publisher.api.post(`/subscriber/${ann.ecalId}/feed-address/rotate`)
    expect((await ben.feed()).status).toBe(410)
    expect((await ann.feed()).status).toBe(410)
  })

  it('serves the survivor’s feed, where its person had proved a contact; chains and rotation too', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aFollower(publisher, 'Ann'), await aFollower(publisher, 'Ben')]
    await publisher.api.post(`/subscriber/${ben.ecalId}/confirm-email`)
    await prove(ann.app, ann.ecalId, { email: ben.email })
    const whole = await summaries(ann.feed())
    expect(whole).toEqual(expect.arrayContaining(['Ann private', 'Ben private']))
    expect(await summaries(ben.feed())).toEqual(whole)

    const carl = await aFollower(publisher, 'Carl')
    await prove(carl.app, carl.ecalId, { email: ben.email })
    expect((await prove(carl.app, carl.ecalId, { email: ann.email })).meta.merged_ids).toEqual([ann.ecalId])
    const all = await summaries(carl.feed())
    expect(all).toEqual(expect.arrayContaining(['Ann private', 'Ben private', 'Carl private']))
    expect(await summaries(ben.feed())).toEqual(all)
    // Ann lost her last proved contact before the call that merged her.
    expect(await summaries(ann.feed())).toEqual(expect.arrayContaining(['Ann public', 'Ben public']))
    expect(await summaries(ann.feed())).not.toContain('Ann private')
    await publisher.api.post(`/subscriber/${carl.ecalId}/feed-address/rotate`)
    for (const { feed } of [ann, ben, carl]) expect((await feed()).status).toBe(410)
  })

  it('is given to who had none: the sign-up and what belongs to it go over', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const phone_number = newPhone()
    const guest = await invite(service, event, { phone_number })
    const ben = await aFollower(publisher, 'Ben')
    const before = await personRow(ben.ecalId)
    const app = await appOf(publisher, guest)
    await prove(app, guest, { phone_number })
    const head = await logHead()
    expect((await prove(app, guest, { email: ben.email })).meta.merged_ids).toEqual([ben.ecalId])
    const after = await personRow(guest)
    for (const name of ['email', 'widget_id', 'ics_filename', 'subscribed_at', 'application']) {
      expect(after[name]).toEqual(before[name])
    }
    expect(after.state).toBe('active')
    const read = (await publisher.api.get(`/subscriber/${guest}`)).data
    expect(read).toMatchObject({ id: guest, emailVerified: true, selectedAppcalTypes: ['google'] })
    const path = await feedPathOf(publisher, guest)
    expect(path).not.toBe(ben.feedPath)
    expect(await summaries(fetchWorker(path))).toEqual(expect.arrayContaining(['Ben private', 'Ben public']))
    expect(await summaries(ben.feed())).toEqual(['Ben public'])
    const messages = (await logSince(head)).flatMap((row) => row.message ?? [])
    expect(messages).toEqual([
      'contact.verification_requested',
      'contact.verified',
      'subscriber.merged',
      'subscriber.updated',
    ])
  })
})

describe('a proof by the client', () => {
  it('merges by confirm-email, and keeps address and tokens', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const ann = await aPerson(publisher)
    const guest = await invite(service, event, { email: ann.email })
    expect(guest).not.toBe(ann.ecalId)
    const confirmed = await publisher.api.post(`/subscriber/${ann.ecalId}/confirm-email`)
    expect(confirmed.data).toMatchObject({ id: ann.ecalId, emailVerified: true })
    expect(await feedPathOf(publisher, guest)).toBe(ann.feedPath)
    expect((await ann.app.get(`/event-subscriptions/${event}_${ann.ecalId}`)).status).toBe(200)
  })

  it('by signature makes a subscriber of a placeholder, with the calendar it has', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const guest = await invite(service, event, { email: 'guest@example.com' })
    await privateEvent(publisher, guest, 'Due')
    const typed = await signUp(publisher, 'guest@example.com')
    expect([typed.status, typed.ecalId === guest]).toEqual([201, false])
    await privateEvent(publisher, typed.ecalId, 'Of whoever typed it')

    // Whoever typed it is the one that is proved; the placeholder merges into them.
    const signed = await signedSignUp(publisher, 'guest@example.com')
    expect([signed.status, signed.ecalId]).toEqual([200, typed.ecalId])
    expect((await publisher.api.get(`/subscriber/${guest}`)).data.id).toBe(typed.ecalId)
    expect(await summaries(fetchWorker(signed.feedPath))).toEqual(
      expect.arrayContaining(['Due', 'Of whoever typed it']),
    )

    const alone = await invite(service, event, { email: 'alone@example.com' })
    const due = await privateEvent(publisher, alone, 'Due')
    const adopted = await signedSignUp(publisher, 'alone@example.com', { first_name: 'Al' })
    expect([adopted.status, adopted.ecalId]).toEqual([201, alone])
    expect((await publisher.api.get(`/subscriber/${alone}`)).data.data.privateEventIds).toContain(due)
    expect(await summaries(fetchWorker(adopted.feedPath))).toEqual(
      expect.arrayContaining(['Due', 'Your calendar is connected to Acme Lending']),
    )
    const item = await service.get(`/event-subscriptions/${event}_${alone}`)
    expect(item.data[0].subscriber.first_name).toBe('Al')
  })

  it('by signature makes a new subscriber where somebody has another contact too', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const email = 'two@example.com'
    const typed = await signUp(publisher, email)
    await prove(await appOf(publisher, typed.ecalId), typed.ecalId, { phone_number: newPhone() })
    const guest = await invite(service, event, { email })
    const answers = await Promise.all(Array.from({ length: 5 }, () => signedSignUp(publisher, email)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201])
    const [made] = answers
    expect([typed.ecalId, guest]).not.toContain(made?.ecalId)
    expect((await publisher.api.get(`/subscriber/${guest}`)).data.id).toBe(made?.ecalId)
    expect((await publisher.api.get(`/subscriber/${typed.ecalId}`)).data.id).toBe(typed.ecalId)
    const live = await env.DB.prepare(
      `SELECT count(*) AS n FROM feed_addresses WHERE subscriber_id = ? AND state = 'live'`,
    )
      .bind(made?.ecalId)
      .first('n')
    expect(live).toBe(1)
  })
})
