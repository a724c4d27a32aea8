import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aPublisher, fetchWorker, summaries, type TestPublisher } from '../../support/publisher'
import {
  aCalendar,
  addContact,
  aPlaceholder,
  countOf,
  newEmail,
  opsOf,
  postJson,
  setWidget,
  vouchFor,
  type Wire,
} from './support'

/** Signs up with an e-mail, proved or only typed. */
async function signUp(publisher: TestPublisher, email: string, more: Record<string, unknown> = {}) {
  return postJson({ widgetId: publisher.widgetId, email, application: 'google', ...more })
}

async function signUpProved(publisher: TestPublisher, email: string, more: Record<string, unknown> = {}) {
  return signUp(publisher, email, { ...(await vouchFor(publisher, email)), ...more })
}

const read = async (publisher: TestPublisher, ecalId: string) =>
  (await publisher.api.get(`/subscriber/${ecalId}`)).data

const feedOf = (answer: { body: Wire }) => fetchWorker(new URL(answer.body.calendarUrl.httpsCalUrl).pathname)

/** What the log tells of a change, where it carries a message. */
async function messages(publisher: TestPublisher, ecalId: string): Promise<Wire[]> {
  const { results } = await env.DB.prepare(
    'SELECT message, payload FROM changes WHERE publisher_id = ? AND stream = ? AND message IS NOT NULL ORDER BY seq',
  )
    .bind(publisher.id, `subscriber:${ecalId}`)
    .all<{ message: string; payload: string }>()
  return results.map((row) => ({ message: row.message, text: row.payload }))
}

describe('an e-mail that somebody proved', () => {
  it('comes back to the same person and address: nothing is lost, no second welcome', async ({ expect }) => {
    const publisher = await aPublisher()
    const [a = '', b = ''] = [await aCalendar(publisher), await aCalendar(publisher)]
    const email = newEmail()
    const first = await signUpProved(publisher, email, {
      calendarIds: [a],
      first_name: 'Ann',
      last_name: 'Old',
      data: { k: 1 },
    })
    expect(first.status).toBe(201)
    expect((await read(publisher, first.body.ecalId)).emailVerified).toBe(true)

    await setWidget(publisher, { ics_filename: 'Another name' })
    const again = await signUpProved(publisher, email.toUpperCase(), {
      application: 'apple',
      calendarIds: [b, a],
      last_name: 'New',
      data: { j: 2 },
    })
    expect(again.status).toBe(200)
    expect(again.body.ecalId).toBe(first.body.ecalId)
    expect(again.body.calendarUrl).toEqual(first.body.calendarUrl)
    expect(again.body.openUrl).toBe(first.body.calendarUrl.appleCalUrl)

    const person = await read(publisher, first.body.ecalId)
    expect(person).toMatchObject({ email, first_name: 'Ann', last_name: 'New', totalActivity: 2 })
    expect(person.custom_fields).toEqual([{ name: 'j', value: 2 }])
    expect(person.selectedAppcalTypes).toEqual(['google', 'apple'])
    expect(person.data.application).toBe('apple')
    expect(person.data.calIds).toEqual([a, ...person.data.privateCalIds, b])
    expect(person.data.privateEventIds).toHaveLength(1)
    expect((await messages(publisher, first.body.ecalId)).map(({ message }) => message)).toEqual([
      'subscriber.subscribed',
      'contact.verified',
      'subscriber.updated',
    ])
    expect((await messages(publisher, first.body.ecalId)).at(-1).text).toContain('"resubscribed"')
  })
})

describe('an e-mail that was only typed, proved now', () => {
  it('keeps its person, who gets a new address; the former one serves only public calendars', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    await publisher.api.post('/event', {
      calendarId: calendar,
      name: 'Match',
      startDate: '2030-05-01',
      allDay: true,
    })
    const email = newEmail()
    const first = await signUp(publisher, email, { calendarIds: [calendar] })
    const { ecalId } = first.body
    await publisher.api.post(
      '/event',
      { name: 'Payment Due', startDate: '2030-05-01', allDay: true },
      { query: { ecal_id: ecalId } },
    )
    expect(await summaries(feedOf(first))).toContain('Payment Due')

    const proved = await signUpProved(publisher, email)
    expect(proved.status).toBe(200)
    expect(proved.body.ecalId).toBe(ecalId)
    expect(proved.body.calendarUrl.httpsCalUrl).not.toBe(first.body.calendarUrl.httpsCalUrl)
    expect((await read(publisher, ecalId)).emailVerified).toBe(true)
    expect(await summaries(feedOf(first))).toEqual(['Match'])
    expect(await summaries(feedOf(proved))).toEqual(expect.arrayContaining(['Match', 'Payment Due']))

    const again = await signUpProved(publisher, email)
    expect(again.body.calendarUrl).toEqual(proved.body.calendarUrl)
  })

  it('takes over nobody who has another contact too: a new subscriber has it verified', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const first = await signUp(publisher, email)
    await addContact(publisher, first.body.ecalId, { kind: 'phone', value: '+61412345678' })
    const proved = await signUpProved(publisher, email)
    expect(proved.status).toBe(201)
    expect(proved.body.ecalId).not.toBe(first.body.ecalId)
    expect((await read(publisher, proved.body.ecalId)).emailVerified).toBe(true)
    expect((await read(publisher, first.body.ecalId)).emailVerified).toBe(false)
    expect((await summaries(feedOf(first))).length).toBe(1)
  })
})

describe('an e-mail that somebody has, without proof', () => {
  it('shows neither id nor address, changes nothing, and asks the publisher for the link', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const calendar = await aCalendar(publisher)
    const email = newEmail()
    const first = await signUp(publisher, email)
    const before = await read(publisher, first.body.ecalId)
    const feed = await feedOf(first)
    const etag = feed.headers.get('ETag')
    await feed.text()

    const again = await signUp(publisher, ` ${email.toUpperCase()} `, {
      application: 'Apple',
      first_name: 'Eve',
      calendarIds: [calendar],
      apiKey: publisher.apiKey,
    })
    expect(again.status).toBe(200)
    expect(again.body).toEqual({ alreadySubscribed: true, email: email.toUpperCase(), application: 'apple' })
    expect(await read(publisher, first.body.ecalId)).toEqual(before)
    expect((await feedOf(first)).headers.get('ETag')).toBe(etag)
    expect(await opsOf(publisher, `subscriber:${first.body.ecalId}`)).toEqual([
      'subscriber.subscribed',
      'subscriber.link_requested',
    ])
  })

  it('is told the same where the e-mail is proved', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    await signUpProved(publisher, email)
    const again = await signUp(publisher, email)
    expect([again.status, again.body.alreadySubscribed]).toEqual([200, true])
    expect(again.body).not.toHaveProperty('ecalId')
  })
})

describe('an e-mail of somebody who was only invited', () => {
  it('makes the placeholder a subscriber under its own id, with proof', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const id = await aPlaceholder(publisher, [{ kind: 'email', value: email }])
    const proved = await signUpProved(publisher, email)
    expect(proved.status).toBe(201)
    expect(proved.body.ecalId).toBe(id)
    expect(await summaries(feedOf(proved))).toHaveLength(1)
  })

  it('does so too where the placeholder has another contact, but this one verified', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const id = await aPlaceholder(publisher, [
      { kind: 'email', value: email, verified: true },
      { kind: 'phone', value: '+61412345679' },
    ])
    const proved = await signUpProved(publisher, email)
    expect([proved.status, proved.body.ecalId]).toEqual([201, id])
  })

  it('makes a person of its own without proof; the next one is told that it is connected', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const id = await aPlaceholder(publisher, [{ kind: 'email', value: email }])
    const typed = await signUp(publisher, email)
    expect(typed.status).toBe(201)
    expect(typed.body.ecalId).not.toBe(id)
    expect((await signUp(publisher, email)).body.alreadySubscribed).toBe(true)
  })
})

describe('an e-mail that left', () => {
  it('signs up as a new person', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const first = await signUpProved(publisher, email)
    await publisher.api.post(`/subscriber/${first.body.ecalId}/unsubscribe`)
    const again = await signUp(publisher, email)
    expect(again.status).toBe(201)
    expect(again.body.ecalId).not.toBe(first.body.ecalId)
    expect(await summaries(feedOf(first))).toEqual([])
  })
})

describe('two publishers', () => {
  it('have the same e-mail as two subscribers', async ({ expect }) => {
    const [one, two] = [await aPublisher(), await aPublisher()]
    const email = newEmail()
    const [first, second] = [await signUp(one, email), await signUp(two, email)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(first.body.ecalId).not.toBe(second.body.ecalId)
    expect((await two.api.get(`/subscriber/${first.body.ecalId}`)).status).toBe(404)
  })
})

describe('many sign-ups at once with one new e-mail', () => {
  it('make one subscriber: one 201, and the rest learn no more than that', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const answers = await Promise.all(Array.from({ length: 20 }, () => signUp(publisher, email)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    const others = answers.filter(({ status }) => status !== 201)
    expect(others.every(({ status, body }) => status === 200 && body.alreadySubscribed)).toBe(true)
    expect(await countOf('subscribers', publisher)).toBe(1)
    expect((await opsOf(publisher)).filter((op) => op === 'subscriber.subscribed')).toHaveLength(1)
  })

  it('all get the one address where they are signed', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const answers = await Promise.all(Array.from({ length: 20 }, () => signUpProved(publisher, email)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19)
    expect(new Set(answers.map(({ body }) => body.calendarUrl.httpsCalUrl)).size).toBe(1)
    expect(await countOf('subscribers', publisher)).toBe(1)
    expect((await opsOf(publisher)).filter((op) => op === 'subscriber.subscribed')).toHaveLength(1)
  })
})
