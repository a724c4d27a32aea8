import { env } from 'cloudflare:workers'
import { afterEach, describe, it, vi } from 'vitest'
import { clock } from '../../../src/platform/clock'
import { fetchWorker, summaries } from '../../support/publisher'
import { aCalendar, anEvent } from './records'
import { anOperatorsPublisher, auditOf, rowsOf, signIn } from './support'

/** The fields of an event's form as its page shows them. */
function shown(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input type="\w+" id="event-(\w+)"[^>]*value="([^"]*)"/g)]
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value]))
}

describe('the form of a new event', () => {
  it('puts one into the calendar and its feed, and leads to it', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id: calendarId } = await aCalendar(publisher)
    const page = `/portal/calendars/${calendarId}`
    const answer = await admin.send(page, `${page}/events`, {
      name: '<i>Round</i> 1',
      startDate: '2040-05-01',
      startTime: '19:00',
      endTime: '21:00',
      timezone: 'Europe/Berlin',
      location: 'Ground\r\nGate 2',
      details: 'Bring & share',
      url: 'https://example.com/1',
      reference: 'round-1',
    })
    expect(answer.status).toBe(303)
    const id = answer.location?.slice('/portal/events/'.length)
    expect((await publisher.api.get(`/event/${id}`)).data).toMatchObject({
      ...{ name: '<i>Round</i> 1', startDate: '2040-05-01', startTime: '19:00', endTime: '21:00' },
      ...{ allDay: false, timezone: 'Europe/Berlin', location: 'Ground\nGate 2', details: 'Bring & share' },
      ...{ url: 'https://example.com/1', reference: 'round-1', calendarId, type: 'fixture' },
    })
    expect(await summaries(fetchWorker(`/calendars/${calendarId}/Fixtures.ics`))).toEqual(['<i>Round</i> 1'])
    const shownPage = await admin.get(answer.location ?? '')
    expect(shownPage.words).toContain('<i>Round</i> 1')
    expect(shownPage.html).not.toContain('<i>')
    expect(shownPage.words).toContain('Tue 1 May 2040, 19:00–21:00 (Europe/Berlin)')
    expect((await auditOf(publisher.id)).at(-1)).toMatchObject({ action: 'event.created', target: id })
  })

  it('makes whole days without times, in the calendar’s zone without one', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id: calendarId } = await aCalendar(publisher)
    const page = `/portal/calendars/${calendarId}`
    const days = { name: 'Camp', startDate: '2040-05-01', endDate: '2040-05-03', startTime: '', endTime: '' }
    const answer = await admin.send(page, `${page}/events`, { ...days, timezone: '' })
    const { data } = await publisher.api.get(`/event/${answer.location?.split('/').at(-1)}`)
    expect(data).toMatchObject({ allDay: true, endDate: '2040-05-03', timezone: 'Australia/Melbourne' })
  })

  it('makes one event of ten posts at once', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { path: page } = await aCalendar(publisher)
    const { fields } = (await admin.get(page)).form(`${page}/events`)
    const event = { name: 'Once', startDate: '2040-05-01', timezone: 'UTC', reference: 'once' }
    const post = () => admin.post(`${page}/events`, { ...fields, ...event })
    const answers = await Promise.all(Array.from({ length: 10 }, post))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(303))
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1)
    expect(await rowsOf('events', publisher.id)).toBe(1)
    expect(await rowsOf('changes', publisher.id, "op = 'event.created'")).toBe(1)
  })

  it.for([
    [{ name: '' }, 'name', 'Must not be empty.'],
    [{ name: 'x'.repeat(251) }, 'name', 'Must not have more than 250 characters.'],
    [{ startDate: '2040-02-30' }, 'startDate', 'Must be a real date'],
    [{ endDate: '2040-04-01' }, 'endDate', ''],
    [{ endTime: '10:00' }, 'startTime', ''],
    [{ timezone: 'Mars/Base' }, 'timezone', 'Must be an IANA time zone'],
    [{ url: 'javascript:alert(1)' }, 'url', 'Must be an absolute http or https URL.'],
    [{ reference: 'taken' }, 'reference', 'Is taken'],
  ] as const)('comes back for %j with a message at %s', async ([wrong, field, message], { expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { calendarId } = await anEvent(publisher, { reference: 'taken' })
    const page = `/portal/calendars/${calendarId}`
    const event = { name: 'Kept <name>', startDate: '2040-05-01', timezone: 'UTC', ...wrong }
    const answer = await admin.send(page, `${page}/events`, event)
    expect(answer.status).toBe(422)
    expect(answer.html).toContain(`event-${field}-error"`)
    expect(answer.words).toContain(message)
    if (!('name' in wrong)) expect(answer.html).toContain('value="Kept &lt;name&gt;"')
    expect(await rowsOf('events', publisher.id)).toBe(1)
    expect((await auditOf(publisher.id)).map(({ action }) => action)).not.toContain('event.created')
  })
})

describe('a calendar that is full', () => {
  it('takes no more events, and says so above the form', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { path: page } = await aCalendar(publisher)
    await env.DB.prepare('UPDATE calendars SET event_count = 10000 WHERE publisher_id = ?')
      .bind(publisher.id)
      .run()
    const event = { name: 'One more', startDate: '2040-05-01', timezone: 'UTC' }
    const answer = await admin.send(page, `${page}/events`, event)
    expect([answer.status, answer.words.includes('Nothing was done: the calendar is full.')]).toEqual([
      422,
      true,
    ])
    expect(await rowsOf('events', publisher.id)).toBe(0)
  })
})

describe('changing an event', () => {
  it('changes what the form changed and nothing else, as the API would', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path, calendarId } = await anEvent(publisher, {
      ...{ alert: '15M', recurrence: 'FREQ=WEEKLY', details: 'a\nb', status: 'tentative' },
    })
    const fields = shown((await admin.get(path)).html)
    expect(fields).toMatchObject({ startTime: '19:00', endTime: '20:00', timezone: 'Australia/Melbourne' })
    // The end was never given, so it goes on following the start.
    const answer = await admin.send(path, path, { ...fields, details: 'a\r\nb', startTime: '21:00' })
    expect([answer.status, answer.location]).toEqual([303, path])
    expect((await publisher.api.get(`/event/${id}`)).data).toMatchObject({
      ...{ startTime: '21:00', endTime: '22:00', alert: '15M', recurrence: 'FREQ=WEEKLY' },
      ...{ details: 'a\nb', status: 'tentative', sequence: 1, calendarId },
    })
    const page = await admin.get(path)
    expect(page.words).toContain('Repeats weekly')
    expect(page.words).toMatch(/History .* Changed: start, end/)
    expect((await auditOf(publisher.id)).at(-1)).toMatchObject({ action: 'event.updated', target: id })
  })

  it('writes nothing where the form says what is there', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await anEvent(publisher)
    expect((await admin.send(path, path, shown((await admin.get(path)).html))).status).toBe(303)
    expect((await publisher.api.get(`/event/${id}`)).data.sequence).toBe(0)
    expect((await auditOf(publisher.id)).map(({ action }) => action)).not.toContain('event.updated')
  })

  it('says above the form what doesn’t fit how the event repeats', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await anEvent(publisher, { recurrence: 'FREQ=WEEKLY;UNTIL=20410101T000000Z' })
    const answer = await admin.send(path, path, {
      ...shown((await admin.get(path)).html),
      ...{ startTime: '', endTime: '' },
    })
    expect(answer.status).toBe(422)
    expect(answer.words).toContain('Nothing was done: this doesn’t fit how the event repeats.')
    expect((await publisher.api.get(`/event/${id}`)).data).toMatchObject({ allDay: false, sequence: 0 })
  })

  it('makes whole days of hours, and hours of whole days', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await anEvent(publisher)
    const send = async (values: Record<string, string>) => {
      const fields = shown((await admin.get(path)).html)
      expect((await admin.send(path, path, { ...fields, ...values })).status).toBe(303)
      return (await publisher.api.get(`/event/${id}`)).data
    }
    expect(await send({ startTime: '', endTime: '' })).toMatchObject({ allDay: true, startTime: '' })
    expect(await send({ startTime: '08:00' })).toMatchObject({ allDay: false, endTime: '09:00' })
  })

  it('shows both versions where somebody saved meanwhile, and saves one’s own on top if asked to', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await anEvent(publisher)
    const page = await admin.get(path)
    const fields = { ...shown(page.html), ...page.form(path).fields }
    await publisher.api.put(`/event/${id}`, { name: 'Theirs', location: 'Their place' })
    const clash = await admin.post(path, { ...fields, name: '"Mine" <b>' })
    expect(clash.status).toBe(409)
    expect(clash.words).toContain('Somebody else changed this')
    expect(clash.html).toMatch(/<mark>Theirs<\/mark>.*<mark>&quot;Mine&quot; &lt;b&gt;<\/mark>/s)
    expect((await publisher.api.get(`/event/${id}`)).data).toMatchObject({ name: 'Theirs', sequence: 1 })
    expect((await admin.post(path, { ...clash.form(path).fields })).status).toBe(303)
    const { data } = await publisher.api.get(`/event/${id}`)
    expect(data).toMatchObject({ name: '"Mine" <b>', location: '', startTime: '19:00', sequence: 2 })
  })

  it('lets one of two who save at once through', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await anEvent(publisher)
    const page = await admin.get(path)
    const fields = { ...shown(page.html), ...page.form(path).fields }
    const names = Array.from({ length: 8 }, (_, n) => `Name ${n}`)
    const answers = await Promise.all(names.map((name) => admin.post(path, { ...fields, name })))
    const winners = names.filter((_, at) => answers[at]?.status === 303)
    expect(winners).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7)
    expect((await publisher.api.get(`/event/${id}`)).data).toMatchObject({ name: winners[0], sequence: 1 })
    expect((await auditOf(publisher.id)).filter(({ action }) => action === 'event.updated')).toHaveLength(1)
  })
})

describe('deleting an event', () => {
  it('asks first and names what is lost; then it is gone from the feed', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path, calendarId } = await anEvent(publisher)
    const question = await admin.send(path, `${path}/delete`)
    expect([
      question.status,
      question.words.includes('“Round 1” (Tue 1 May 2040, 19:00–20:00) goes'),
    ]).toEqual([200, true])
    expect((await publisher.api.get(`/event/${id}`)).status).toBe(200)
    const yes = question.form(`${path}/delete`)
    const answer = await admin.post(yes.action, { ...yes.fields })
    expect([answer.status, answer.location]).toEqual([303, `/portal/calendars/${calendarId}`])
    expect((await publisher.api.get(`/event/${id}`)).status).toBe(404)
    const feed = await (await fetchWorker(`/calendars/${calendarId}/Fixtures.ics`)).text()
    expect(feed).toContain('STATUS:CANCELLED')
    expect((await admin.post(yes.action, { ...yes.fields })).status).toBe(404)
    expect((await auditOf(publisher.id)).filter(({ action }) => action === 'event.deleted')).toHaveLength(1)
  })
})

describe('the history of an event', () => {
  it('tells its changes with time and who, staff by name', async ({ expect }) => {
    const { publisher } = await anOperatorsPublisher()
    const ann = await signIn(publisher.id, { firstName: 'Ann', lastName: 'Lee', role: 'Member' })
    const { id, path } = await anEvent(publisher)
    await publisher.api.put(`/event/${id}`, { location: 'Elsewhere' })
    await ann.send(path, path, { ...shown((await ann.get(path)).html), name: 'Round one' })
    const { words } = await ann.get(path)
    const history = words.slice(words.indexOf('History When'))
    expect(history).toMatch(
      /Changed: name By: Ann Lee .*Changed: place By: Your system .*Added By: Your system|Changed: name Ann Lee .*Changed: place Your system .*Added Your system/,
    )
  })
})

describe('a history of what happened within one millisecond', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const stopTheClock = () => vi.spyOn(clock, 'now').mockReturnValue(Date.now())
  const historyOn = ({ words }: { words: string }) => words.slice(words.indexOf('History When'))

  it('tells each change that a system made of an event', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await anEvent(publisher)
    stopTheClock()
    await publisher.api.put(`/event/${id}`, { location: 'Elsewhere' })
    await publisher.api.put(`/event/${id}`, { name: 'Round one' })
    expect(historyOn(await admin.get(path))).toMatch(/Changed: name .*Changed: place .*Added /)
  })

  it('tells each change that staff made of an event or a calendar, once', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { path, calendarId } = await anEvent(publisher)
    const calendar = `/portal/calendars/${calendarId}`
    stopTheClock()
    for (const name of ['Second', 'Third']) {
      await admin.send(path, path, { ...shown((await admin.get(path)).html), name })
      await admin.send(calendar, calendar, { name: `${name} season`, timezone: 'UTC' })
    }
    for (const page of [path, calendar]) {
      expect(historyOn(await admin.get(page)).match(/Changed|Added|Made/g)).toHaveLength(3)
    }
  })
})

describe('events that staff only look at', () => {
  it('are those of another company, which are not there', async ({ expect }) => {
    const [{ admin }, theirs] = [await anOperatorsPublisher(), await anOperatorsPublisher()]
    const { id, path } = await anEvent(theirs.publisher, { reference: 'theirs' })
    const fields = {
      csrf: await admin.csrf(),
      revision: '0',
      confirm: 'yes',
      name: 'Mine',
      startDate: '2040-05-01',
    }
    for (const at of [path, '/portal/events/theirs', '/portal/events/0123456789abcdef01234567']) {
      expect((await admin.get(at)).status).toBe(404)
      expect((await admin.post(at, fields)).status).toBe(404)
      expect((await admin.post(`${at}/delete`, fields)).status).toBe(404)
    }
    expect((await theirs.publisher.api.get(`/event/${id}`)).data.name).toBe('Round 1')
  })

  it('are all of them for a Guest, and private ones for a Member', async ({ expect }) => {
    const { publisher } = await anOperatorsPublisher()
    const { path } = await anEvent(publisher)
    const person = await publisher.subscriber()
    const { data } = await publisher.api.post(
      '/event',
      { name: 'Payment Due', startDate: '2040-05-01', allDay: true },
      { query: { ecal_id: person.ecalId } },
    )
    const secret = `/portal/events/${data.id}`
    const onlyLogout = ['/portal/logout']
    const [guest, member, power] = [
      await signIn(publisher.id, { role: 'Guest' }),
      await signIn(publisher.id, { role: 'Member' }),
      await signIn(publisher.id, { role: 'Power User' }),
    ]
    expect((await guest.get(path)).forms.map(({ action }) => action)).toEqual(onlyLogout)
    expect((await member.get(secret)).forms.map(({ action }) => action)).toEqual(onlyLogout)
    const fields = { csrf: await member.csrf(), revision: '0', name: 'Other', startDate: '2040-05-01' }
    expect((await member.post(secret, fields)).status).toBe(403)
    expect((await member.post(`${secret}/delete`, { ...fields, confirm: 'yes' })).status).toBe(403)
    expect((await power.send(secret, `${secret}/delete`, { confirm: 'yes' })).location).toBe(
      `/portal/subscribers/${person.ecalId}`,
    )
  })

  it('are imported ones, and say so', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { path, calendarId } = await anEvent(publisher)
    await env.DB.prepare("UPDATE calendars SET source = 'https://elsewhere.example/a.ics' WHERE id = ?")
      .bind(calendarId)
      .run()
    const page = await admin.get(path)
    expect(page.words).toContain('This event is imported.')
    expect(page.has(path)).toBe(false)
    const fields = { csrf: await admin.csrf(), revision: '0', name: 'Other', startDate: '2040-05-01' }
    expect((await admin.post(path, fields)).status).toBe(403)
    expect(
      (await admin.get(`/portal/calendars/${calendarId}`)).has(`/portal/calendars/${calendarId}/events`),
    ).toBe(false)
  })
})
