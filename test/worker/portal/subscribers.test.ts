import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { fetchWorker, ORIGIN, summaries } from '../../support/publisher'
import { aPerson, SUBSCRIBERS } from './records'
import { anOperatorsPublisher, auditOf, rowsOf, signIn } from './support'

describe('the page of a subscriber', () => {
  it('tells profile, calendars, private events, applications and how the feed is, never its address', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { data: calendar } = await publisher.api.post('/calendar', { name: 'Fixtures' })
    const ann = await aPerson(publisher, {
      first_name: 'Ann',
      last_name: 'Lee',
      subscriber_reference: 'loan-7',
    })
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [calendar.id] })
    await publisher.api.post(`/subscriber/${ann.ecalId}/tokens`, { name: 'Helper app' })
    await publisher.api.post(
      '/event',
      { name: 'Payment Due', startDate: '2040-05-01', allDay: true },
      { query: { ecal_id: ann.ecalId } },
    )
    const { words, html } = await admin.get(ann.path)
    for (const text of [
      `E-mail ${ann.email}`,
      'Confirmed Not yet',
      'Reference loan-7',
      `Ecal id ${ann.ecalId}`,
      'Payment Due Tue 1 May 2040',
      'Fixtures Remove',
      'Feed Working address of',
      'Sync No app has asked',
      'May act for them Helper app',
      'Application Device System Google Calendar',
      'Connected a calendar',
    ]) {
      expect(words).toContain(text)
    }
    expect(words).not.toContain('Tags')
    expect(html).not.toContain(ann.feedPath.split('/')[2])
    expect(html).not.toContain('/ecal-sub/')
  })

  it('is not there for who left, for another company’s person, and for what is no id', async ({ expect }) => {
    const [{ publisher, admin }, theirs] = [await anOperatorsPublisher(), await anOperatorsPublisher()]
    const gone = await aPerson(publisher)
    await publisher.api.post(`/subscriber/${gone.ecalId}/unsubscribe`)
    const foreign = await aPerson(theirs.publisher)
    const { data: calendar } = await publisher.api.post('/calendar', { name: 'Fixtures' })
    const fields = {
      ...{ csrf: await admin.csrf(), confirm: 'yes', formId: 'ef'.repeat(16), name: 'Event' },
      ...{ startDate: '2040-05-01', action: 'add', calendarId: calendar.id },
    }
    for (const path of [gone.path, foreign.path, `${SUBSCRIBERS}/${foreign.email}`, `${SUBSCRIBERS}/none`]) {
      expect((await admin.get(path)).status).toBe(404)
      for (const form of ['private-events', 'subscriptions', 'confirm-email', 'unsubscribe']) {
        expect((await admin.post(`${path}/${form}`, fields)).status).toBe(404)
      }
    }
    expect((await theirs.publisher.api.get(`/subscriber/${foreign.ecalId}`)).status).toBe(200)
  })

  it('shows forms to Power Users, and to a Member none', async ({ expect }) => {
    const { publisher } = await anOperatorsPublisher()
    const ann = await aPerson(publisher)
    const member = await signIn(publisher.id, { role: 'Member' })
    expect((await member.get(ann.path)).forms.map(({ action }) => action)).toEqual(['/portal/logout'])
    const power = await signIn(publisher.id, { role: 'Power User' })
    for (const form of ['private-events', 'confirm-email', 'unsubscribe']) {
      expect((await power.get(ann.path)).has(`${ann.path}/${form}`)).toBe(true)
    }
  })
})

describe('the form of a private event', () => {
  it('makes one for this person alone, once for each form', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const action = `${ann.path}/private-events`
    const { fields } = (await admin.get(ann.path)).form(action)
    const event = { name: 'Payment Due', startDate: '2040-05-01', reference: 'loan-7' }
    const post = () => admin.post(action, { ...fields, ...event })
    const answers = await Promise.all(Array.from({ length: 5 }, post))
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(303))
    const [location = ''] = [...new Set(answers.map((answer) => answer.location ?? ''))]
    const { data } = await publisher.api.get(`/event/${location.split('/').at(-1)}`)
    expect(data).toMatchObject({ type: 'private', ecalId: ann.ecalId, timezone: 'Australia/Melbourne' })
    expect(await summaries(ann.feed())).toContain('Payment Due')
    expect(await summaries(ben.feed())).not.toContain('Payment Due')
    expect(await rowsOf('events', publisher.id, "name = 'Payment Due'")).toBe(1)
    expect((await auditOf(publisher.id)).at(-1)).toMatchObject({
      action: 'subscriber.event_created',
      target: ann.ecalId,
    })
    const wrong = await admin.send(ann.path, action, { ...event, startDate: 'soon' })
    expect([wrong.status, wrong.words.includes('Must be a real date')]).toEqual([422, true])
  })
})

describe('the calendars that a person follows', () => {
  it('are added and removed, the feed with them, and recorded where anything changed', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { data: calendar } = await publisher.api.post('/calendar', { name: 'Fixtures' })
    await publisher.api.post('/event', {
      ...{ calendarId: calendar.id, name: 'Round 1', startDate: '2040-05-01', allDay: true },
    })
    const ann = await aPerson(publisher)
    const action = `${ann.path}/subscriptions`
    const send = async (verb: string, calendarId: string) =>
      admin.post(action, { csrf: await admin.csrf(), action: verb, calendarId })
    const added = await send('add', calendar.id)
    expect([added.status, added.location]).toEqual([303, ann.path])
    expect(await summaries(ann.feed())).toContain('Round 1')
    await send('add', calendar.id)
    await send('remove', calendar.id)
    expect(await summaries(ann.feed())).not.toContain('Round 1')
    await send('remove', calendar.id)
    const changes = (await auditOf(publisher.id)).filter(
      ({ action: what }) => what === 'subscriber.subscriptions_changed',
    )
    expect(changes).toHaveLength(2)
    expect((await admin.get(ann.path)).words).toContain('Calendars changed')
  })

  it('are never another company’s, nor the private one, and a post must say which', async ({ expect }) => {
    const [{ publisher, admin }, theirs] = [await anOperatorsPublisher(), await anOperatorsPublisher()]
    const { data: foreign } = await theirs.publisher.api.post('/calendar', { name: 'Foreign' })
    const ann = await aPerson(publisher)
    const own = await env.DB.prepare('SELECT id FROM calendars WHERE owner_id = ?')
      .bind(ann.ecalId)
      .first<string>('id')
    const csrf = await admin.csrf()
    const send = (fields: Record<string, string>) =>
      admin.post(`${ann.path}/subscriptions`, { csrf, ...fields })
    expect((await send({ action: 'add', calendarId: foreign.id })).status).toBe(404)
    expect((await send({ action: 'remove', calendarId: foreign.id })).status).toBe(404)
    expect((await send({ action: 'remove', calendarId: own ?? '' })).status).toBe(403)
    const none = await send({ action: 'add' })
    expect([none.status, none.words.includes('Choose at least one calendar.')]).toEqual([422, true])
    expect((await send({ action: 'drop', calendarId: foreign.id })).status).toBe(400)
    expect((await auditOf(publisher.id)).map(({ action }) => action)).toEqual(['signed_in'])
  })
})

describe('confirming an e-mail', () => {
  it('shows the new address once, and leaves public calendars at the former', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { data: calendar } = await publisher.api.post('/calendar', { name: 'Fixtures' })
    await publisher.api.post('/event', {
      ...{ calendarId: calendar.id, name: 'Round 1', startDate: '2040-05-01', allDay: true },
    })
    const ann = await aPerson(publisher)
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [calendar.id] })
    await publisher.api.post(
      '/event',
      { name: 'Payment Due', startDate: '2040-05-01', allDay: true },
      { query: { ecal_id: ann.ecalId } },
    )
    await publisher.api.post(`/subscriber/${ann.ecalId}/tokens`, { name: 'App' })
    const action = `${ann.path}/confirm-email`
    const { fields } = (await admin.get(ann.path)).form(action)
    const answers = await Promise.all([1, 2, 3].map(() => admin.post(action, fields)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 303, 303])
    const [shown] = answers.filter(({ status }) => status === 200)
    const [, address] = /value="https:\/\/[^/]*(\/ecal-sub\/[^"]*)"/.exec(shown?.html ?? '') ?? []
    const feed = await summaries(fetchWorker(address ?? '', { headers: { Origin: ORIGIN } }))
    expect(feed).toEqual(expect.arrayContaining(['Round 1', 'Payment Due']))
    expect(await summaries(ann.feed())).toEqual(['Round 1'])
    const { data } = await publisher.api.get(`/subscriber/${ann.ecalId}`)
    expect([data.emailVerified, new URL(data.calendarUrl.httpsCalUrl).pathname]).toEqual([true, address])
    expect(await rowsOf('user_tokens', publisher.id)).toBe(0)
    const told = "op = 'subscriber.updated' AND payload ->> '$.about.reason' = 'feed_address_rotated'"
    expect(await rowsOf('changes', publisher.id, told)).toBe(1)
    expect(await rowsOf('changes', publisher.id, "op = 'contact.verified'")).toBe(1)
    const page = await admin.get(ann.path)
    expect([page.has(action), page.words.includes('Confirmed Yes')]).toEqual([false, true])
    expect(page.words).toContain('1 with public calendars only')
    const confirmed = (await auditOf(publisher.id)).filter(
      ({ action: what }) => what === 'subscriber.email_confirmed',
    )
    expect(confirmed).toHaveLength(1)
  })
})

describe('unsubscribing a person', () => {
  it('asks first and names what is lost; then nobody knows them any more', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const ann = await aPerson(publisher, { first_name: 'Ann' })
    const action = `${ann.path}/unsubscribe`
    const question = await admin.send(ann.path, action)
    expect(question.status).toBe(200)
    expect(question.words).toContain(
      'The calendar of Ann goes empty, and their private events (1) are deleted.',
    )
    expect((await publisher.api.get(`/subscriber/${ann.ecalId}`)).status).toBe(200)
    const answer = await admin.post(action, { ...question.form(action).fields })
    expect([answer.status, answer.location]).toEqual([303, SUBSCRIBERS])
    expect((await publisher.api.get(`/subscriber/${ann.ecalId}`)).status).toBe(404)
    expect(await summaries(ann.feed())).toEqual([])
    expect((await admin.post(action, { ...question.form(action).fields })).status).toBe(404)
    expect((await auditOf(publisher.id)).at(-1)).toMatchObject({
      action: 'subscriber.unsubscribed',
      target: ann.ecalId,
    })
  })
})
