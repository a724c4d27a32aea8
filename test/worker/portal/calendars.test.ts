import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { fetchWorker, summaries } from '../../support/publisher'
import { aCalendar, CALENDARS } from './records'
import { anOperatorsPublisher, auditOf, rowsOf, signIn } from './support'

const hostile = '<script>alert("x")</script> & \'quotes\''

/** The names of a page's rows that lead somewhere, in order. */
const rows = (html: string) =>
  [...html.matchAll(/<tr class="linked"><th scope="row"><a href="[^"]*">([^<]*)</g)].map(([, name]) => name)

describe('the list of calendars', () => {
  it('shows each with its events and followers, drafts too, private ones never', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    expect((await admin.get(CALENDARS)).words).toContain('No calendar yet')
    const fixtures = await aCalendar(publisher)
    await aCalendar(publisher, { name: 'Away', draft: 1 })
    const ann = await publisher.subscriber()
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [fixtures.id] })
    const event = { calendarId: fixtures.id, name: 'Round 1', startDate: '2040-05-01', allDay: true }
    await publisher.api.post('/event', event)
    const page = await admin.get(CALENDARS)
    expect(rows(page.html)).toEqual(['Away', 'Fixtures'])
    expect(page.words).toContain('Away Draft 0 0 Australia/Melbourne')
    expect(page.words).toContain('Fixtures 1 1 Australia/Melbourne')
    expect(page.words).not.toContain('_private')
    expect(page.html).toContain(`href="${fixtures.path}"`)
  })

  it('has 50 a page, and no page beyond the last that it may show', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    for (let n = 10; n < 61; n++) await aCalendar(publisher, { name: `Calendar ${n}` })
    const first = await admin.get(CALENDARS)
    expect(rows(first.html)).toHaveLength(50)
    expect(first.html).toContain(`rel="next" href="${CALENDARS}?page=2"`)
    expect(rows((await admin.get(`${CALENDARS}?page=2`)).html)).toEqual(['Calendar 60'])
    expect((await admin.get(`${CALENDARS}?page=201`)).status).toBe(404)
  })
})

describe('the form of a new calendar', () => {
  it('makes one with what it says, and leads there', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const answer = await admin.send(CALENDARS, CALENDARS, {
      name: hostile,
      timezone: 'europe/berlin',
      reference: 'fix-1',
      categories: 'Sports/Hockey',
      note: 'ours\r\nalone',
      draft: 'on',
    })
    expect(answer.status).toBe(303)
    const id = answer.location?.slice(CALENDARS.length + 1) ?? ''
    const { data } = await publisher.api.get(`/calendar/${id}`)
    expect(data).toMatchObject({
      name: hostile,
      timezone: 'Europe/Berlin',
      reference: 'fix-1',
      categories: 'Sports/Hockey',
      note: 'ours\nalone',
      draft: 1,
    })
    const page = await admin.get(answer.location ?? '')
    expect(page.words).toContain('The calendar is there.')
    expect(page.words).toContain(hostile)
    expect(page.html).not.toContain('<script')
    expect(page.words).toMatch(/History When What By \d.* Made/)
    expect(await auditOf(publisher.id)).toContainEqual({
      ...{ action: 'calendar.created', target: id, userId: admin.userId },
      at: expect.any(String),
    })
  })

  it('makes one calendar of ten posts at once, and all lead there', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { fields } = (await admin.get(CALENDARS)).form(CALENDARS)
    const post = () => admin.post(CALENDARS, { ...fields, name: 'Once', timezone: 'UTC' })
    const answers = await Promise.all(Array.from({ length: 10 }, post))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]))
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1)
    expect((await post()).location).toBe(answers[0]?.location)
    expect(await rowsOf('calendars', publisher.id)).toBe(1)
    expect((await auditOf(publisher.id)).filter(({ action }) => action === 'calendar.created')).toHaveLength(
      1,
    )
  })

  it('comes back with what was typed and what is wrong, and works with the same form then', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    await aCalendar(publisher, { reference: 'taken' })
    const { fields } = (await admin.get(CALENDARS)).form(CALENDARS)
    const wrong = await admin.post(CALENDARS, { ...fields, name: 'A', timezone: 'Mars/Base', note: '<b>' })
    expect(wrong.status).toBe(422)
    expect(wrong.words).toContain('Must have at least 2 characters.')
    expect(wrong.html).toMatch(
      /<input type="text" id="calendar-timezone"[^>]*aria-invalid="true" aria-describedby="calendar-timezone-hint calendar-timezone-error"[^>]*value="Mars\/Base"/,
    )
    expect(wrong.html).toContain('&lt;b&gt;</textarea>')
    expect(wrong.form(CALENDARS).fields.formId).toBe(fields.formId)
    const taken = await admin.post(CALENDARS, { ...fields, name: 'Other', reference: 'taken' })
    expect([taken.status, taken.words.includes('Is taken')]).toEqual([422, true])
    expect(await rowsOf('calendars', publisher.id)).toBe(1)
    expect((await admin.post(CALENDARS, { ...fields, name: 'Other' })).status).toBe(303)
    expect((await admin.post(CALENDARS, { ...fields, formId: 'none', name: 'Third' })).status).toBe(400)
  })
})

describe('the page of a calendar', () => {
  it('lists what is to come by date, what is over with ?past=1, and says what repeats', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await aCalendar(publisher)
    for (const event of [
      { name: 'Later', startDate: '2041-01-02', startTime: '19:00' },
      { name: 'Sooner', startDate: '2040-01-02', startTime: '19:00', timezone: 'Europe/Berlin' },
      { name: 'Over', startDate: '2020-01-02', allDay: true },
      { name: 'Weekly', startDate: '2020-01-03', allDay: true, recurrence: 'FREQ=WEEKLY;INTERVAL=2' },
      { name: 'Drafted', startDate: '2040-06-01', allDay: true, draft: 1 },
    ]) {
      await publisher.api.post('/event', { calendarId: id, ...event })
    }
    const coming = await admin.get(path)
    expect(rows(coming.html)).toEqual(['Weekly', 'Sooner', 'Drafted', 'Later'])
    expect(coming.words).toMatch(/Weekly Repeats Next Fri \d+ \w+ 20\d\d repeats every 2 weeks/)
    expect(coming.words).toContain('Sooner Mon 2 Jan 2040, 19:00–20:00 (Europe/Berlin)')
    expect(coming.words).toContain('Drafted Draft Fri 1 Jun 2040')
    expect(coming.words).toContain('Times are those of Australia/Melbourne')
    expect(rows((await admin.get(`${path}?past=1`)).html)).toEqual(['Over'])
  })

  it('shows a month day by day, with the way to those before and after', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await aCalendar(publisher)
    for (const event of [
      { name: 'Camp', startDate: '2040-01-31', endDate: '2040-02-02', allDay: true },
      { name: 'Night', startDate: '2040-02-10', startTime: '22:00', endDate: '2040-02-11', endTime: '00:00' },
      { name: 'March', startDate: '2040-03-20', allDay: true },
      { name: 'Weekly', startDate: '2040-01-03', allDay: true, recurrence: 'FREQ=WEEKLY' },
    ]) {
      await publisher.api.post('/event', { calendarId: id, ...event })
    }
    const { html } = await admin.get(`${path}?month=2040-02`)
    const days = [...html.matchAll(/<td class="((?!when)[^"]*)"><time datetime="([^"]*)".*?<\/td>/gs)]
    expect(days).toHaveLength(35)
    const named = days.filter(([cell]) => /Camp|Night|March/.test(cell)).map(([, , date]) => date)
    expect(named).toEqual(['2040-01-31', '2040-02-01', '2040-02-02', '2040-02-10'])
    const weekly = days.filter(([cell]) => /Weekly/.test(cell)).map(([, , date]) => date)
    expect(weekly).toEqual(['2040-02-07', '2040-02-14', '2040-02-21', '2040-02-28'])
    expect(html).toContain(`href="${path}?month=2040-01" rel="prev"`)
    expect(html).toContain(`href="${path}?month=2040-03" rel="next"`)
    for (const month of ['2040-13', '1969-12', '2200-01', 'soon', '2040-2']) {
      expect((await admin.get(`${path}?month=${month}`)).status).toBe(404)
    }
    const last = await admin.get(`${path}?month=2199-12`)
    expect([last.status, last.html.includes('rel="next"')]).toEqual([200, false])
  })
})

describe('deleting a calendar', () => {
  it('asks first and names what is lost; then it is gone from the list and from feeds', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await aCalendar(publisher)
    const ann = await publisher.subscriber()
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [id] })
    await publisher.api.post('/event', {
      calendarId: id,
      name: 'Round 1',
      startDate: '2040-05-01',
      allDay: true,
    })
    const question = await admin.send(path, `${path}/delete`)
    expect(question.status).toBe(200)
    expect(question.words).toContain(
      '“Fixtures” goes with its events (1), and leaves the calendar apps of those who follow it (1).',
    )
    expect(await summaries(ann.feed())).toContain('Round 1')
    const yes = question.form(`${path}/delete`)
    const answer = await admin.post(yes.action, { ...yes.fields })
    expect([answer.status, answer.location]).toEqual([303, CALENDARS])
    expect((await admin.get(CALENDARS)).words).toContain('The calendar is deleted.')
    expect(await summaries(ann.feed())).not.toContain('Round 1')
    expect((await fetchWorker(`/calendars/${id}/Fixtures.ics`)).status).toBe(410)
    expect((await admin.post(yes.action, { ...yes.fields })).status).toBe(404)
    const deletions = (await auditOf(publisher.id)).filter(({ action }) => action === 'calendar.deleted')
    expect(deletions).toHaveLength(1)
  })
})

describe('calendars of others', () => {
  it('are not there: neither another company’s nor a private one', async ({ expect }) => {
    const [{ publisher, admin }, theirs] = [await anOperatorsPublisher(), await anOperatorsPublisher()]
    const foreign = await aCalendar(theirs.publisher, { name: 'Foreign calendar' })
    const ann = await publisher.subscriber()
    const privateId = await env.DB.prepare('SELECT id FROM calendars WHERE owner_id = ?')
      .bind(ann.ecalId)
      .first<string>('id')
    const csrf = await admin.csrf()
    const fields = {
      ...{ csrf, revision: '0', confirm: 'yes', formId: 'cd'.repeat(16), name: 'Mine now', timezone: 'UTC' },
      startDate: '2040-05-01',
    }
    for (const path of [foreign.path, `${CALENDARS}/${privateId}`, `${CALENDARS}/fixtures`]) {
      expect((await admin.get(path)).status).toBe(404)
      for (const form of ['', '/delete', '/events']) {
        expect((await admin.post(`${path}${form}`, fields)).status).toBe(404)
      }
    }
    expect((await admin.get(CALENDARS)).words).not.toContain('Foreign')
    expect((await theirs.publisher.api.get(`/calendar/${foreign.id}`)).data.name).toBe('Foreign calendar')
  })

  it('are shown to a Guest without a form, and changed by a Member', async ({ expect }) => {
    const { publisher } = await anOperatorsPublisher()
    const { path } = await aCalendar(publisher)
    const guest = await signIn(publisher.id, { role: 'Guest' })
    const page = await guest.get(path)
    expect(page.status).toBe(200)
    expect(page.forms.map(({ action }) => action)).toEqual(['/portal/logout'])
    expect((await guest.get(CALENDARS)).has(CALENDARS)).toBe(false)
    const member = await signIn(publisher.id, { role: 'Member' })
    expect((await member.send(path, path, { name: 'Renamed', timezone: 'UTC' })).status).toBe(303)
  })
})
