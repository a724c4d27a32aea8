import { describe, it } from 'vitest'
import { aCalendar } from './records'
import { anOperatorsPublisher, auditOf, type Browser, rowsOf } from './support'

async function revisionOn(browser: Browser, path: string): Promise<string> {
  return (await browser.get(path)).form(path).fields.revision ?? ''
}

describe('changing a calendar', () => {
  it('changes what differs, and writes and records nothing where nothing does', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await aCalendar(publisher, { note: 'old', reference: 'r' })
    const same = { name: 'Fixtures', timezone: 'Australia/Melbourne', note: 'old', reference: 'r' }
    expect((await admin.send(path, path, same)).status).toBe(303)
    expect(await rowsOf('changes', publisher.id, "op = 'calendar.updated'")).toBe(0)
    expect((await auditOf(publisher.id)).map(({ action }) => action)).not.toContain('calendar.updated')
    const answer = await admin.send(path, path, { ...same, name: 'Fixtures 2041', note: '' })
    expect([answer.status, answer.location]).toEqual([303, path])
    expect((await publisher.api.get(`/calendar/${id}`)).data).toMatchObject({
      name: 'Fixtures 2041',
      note: '',
    })
    expect((await auditOf(publisher.id)).at(-1)).toMatchObject({ action: 'calendar.updated', target: id })
    expect(await rowsOf('changes', publisher.id, `actor = 'user:${admin.userId}'`)).toBe(1)
  })

  it('shows both versions where somebody saved meanwhile, and saves one’s own on top if asked to', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await aCalendar(publisher)
    const { fields } = (await admin.get(path)).form(path)
    const values = { timezone: 'UTC', categories: '', note: '', reference: '' }
    await admin.post(path, { ...fields, ...values, name: 'Theirs' })
    const clash = await admin.post(path, { ...fields, ...values, name: 'Mine <b>', note: 'kept' })
    expect(clash.status).toBe(409)
    expect(clash.html).toMatch(
      /As it is now.*<mark>Theirs<\/mark>.*As you sent it.*<mark>Mine &lt;b&gt;<\/mark>/s,
    )
    expect((await publisher.api.get(`/calendar/${id}`)).data.name).toBe('Theirs')
    const again = clash.form(path)
    expect((await admin.post(path, { ...again.fields })).status).toBe(303)
    expect((await publisher.api.get(`/calendar/${id}`)).data).toMatchObject({
      name: 'Mine <b>',
      note: 'kept',
    })
    expect((await admin.post(path, { ...again.fields, name: 'Late' })).status).toBe(409)
  })

  it('lets one of two who save at once through', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await aCalendar(publisher)
    const { fields } = (await admin.get(path)).form(path)
    const names = Array.from({ length: 8 }, (_, n) => `Name ${n}`)
    const answers = await Promise.all(
      names.map((name) => admin.post(path, { ...fields, name, timezone: 'UTC' })),
    )
    const winners = names.filter((_, at) => answers[at]?.status === 303)
    expect(winners).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7)
    expect((await publisher.api.get(`/calendar/${id}`)).data.name).toBe(winners[0])
    const saved = (await auditOf(publisher.id)).filter(({ action }) => action === 'calendar.updated')
    expect(saved).toHaveLength(1)
  })

  it('isn’t overtaken by events of the calendar', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await aCalendar(publisher)
    const { fields } = (await admin.get(path)).form(path)
    await publisher.api.post('/event', {
      calendarId: id,
      name: 'Round 1',
      startDate: '2040-05-01',
      allDay: true,
    })
    expect((await admin.post(path, { ...fields, name: 'Renamed', timezone: 'UTC' })).status).toBe(303)
  })

  it('refuses a form without a revision, and says what is wrong with a bad one', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { path } = await aCalendar(publisher)
    const csrf = await admin.csrf()
    expect((await admin.post(path, { csrf, name: 'Other' })).status).toBe(400)
    const wrong = await admin.post(path, { csrf, revision: await revisionOn(admin, path), name: '' })
    expect(wrong.status).toBe(422)
    expect(wrong.html).toContain('<details class="sheet" open="">')
    expect(wrong.html).toContain('aria-describedby="calendar-name-error"')
  })
})
