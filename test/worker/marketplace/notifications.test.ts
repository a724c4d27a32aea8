import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { takeNotification } from '../../../src/domain/marketplace/connec'
import { clock } from '../../../src/platform/clock'
import { aCalendar } from '../../support/apps'
import { racedDatabase } from '../../support/faults'
import { fetchWorker } from '../../support/publisher'
import { count } from '../../support/rows'
import { aSharingCompany } from '../../support/sharing'
import { signUp } from '../../support/sign-up'

const fair = { id: 'e-1', name: 'Fair', start_date: '2030-05-01', updated_at: '2030-01-01T00:00:00Z' }

describe('a notification', () => {
  it('of a new entity creates it, and keeps its id', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const answer = await sharing.tell('events', fair)
    expect([answer.status, await answer.json()]).toEqual([200, {}])
    expect((await sharing.events()).map((event) => event.name)).toEqual(['Fair'])
    expect((await sharing.idMap('events')).data).toMatchObject([
      { connecId: 'e-1', localType: 'event', origin: 'connec', updatedAt: '2030-01-01T00:00:00.000Z' },
    ])
  })

  it('of a known entity updates it where it is newer, and removes it', async ({ expect }) => {
    const sharing = await aSharingCompany()
    await sharing.tell('events', fair)
    await sharing.tell('events', { ...fair, name: 'Same age' })
    await sharing.tell('events', { ...fair, name: 'Older', updated_at: '2029-01-01T00:00:00Z' })
    expect((await sharing.events()).map((event) => [event.name, event.sequence])).toEqual([['Fair', 0]])
    await sharing.tell('events', { ...fair, name: 'Newer', updated_at: '2030-02-01T00:00:00Z' })
    expect((await sharing.events()).map((event) => [event.name, event.sequence])).toEqual([['Newer', 1]])
    await sharing.tell('events', { id: 'e-1', name: 'No version', start_date: '2030-05-01' })
    expect((await sharing.events()).map((event) => event.name)).toEqual(['No version'])
    await sharing.tell('events', { ...fair, status: 'INACTIVE', updated_at: '2030-03-01T00:00:00Z' })
    expect(await sharing.events()).toEqual([])
  })

  it('of one new entity, twenty at a time, makes one record', async ({ expect }) => {
    const sharing = await aSharingCompany()
    await Promise.all(Array.from({ length: 20 }, () => sharing.tell('events', fair)))
    await Promise.all(
      Array.from({ length: 20 }, () => sharing.tell('people', { id: 'p-1', email: 'a@example.com' })),
    )
    await Promise.all(
      Array.from({ length: 20 }, () => sharing.tell('invoices', { id: 'i-1', person_id: 'p-1' })),
    )
    expect(await sharing.events()).toHaveLength(1)
    expect((await sharing.idMap()).data.map((entry) => entry.connecId)).toEqual(['e-1', 'p-1', 'i-1'])
    expect(await count('directory WHERE publisher_id = ?', sharing.company.publisherId)).toBe(1)
    expect(await count('connec_invoices WHERE publisher_id = ?', sharing.company.publisherId)).toBe(1)
  })

  it('takes several collections and groups, entities alone and in lists, ids of all forms', async ({
    expect,
  }) => {
    const sharing = await aSharingCompany()
    const group_id = sharing.company.groupUid
    const ids = (id: string) => [
      { id: 'theirs', provider: 'other' },
      { id, provider: 'connec', realm: group_id },
    ]
    await sharing.notify({
      invoices: [{ id: 'i-1', person_id: ids('p-1'), group_id }],
      people: { id: ids('p-1'), email: { address: 'a@example.com' }, group_id },
      events: [
        { ...fair, group_id },
        { ...fair, id: 'e-2', group_id: 'somebody-else' },
      ],
    })
    expect((await sharing.idMap()).data.map((entry) => entry.connecId).sort()).toEqual(['e-1', 'i-1', 'p-1'])
  })

  it('harms nothing with what it says wrong, which is logged', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const group_id = sharing.company.groupUid
    const answer = await sharing.notify({
      events: [{ ...fair, group_id }, null, 7, { group_id }, { id: 'e-3', group_id }, { id: 'e-4' }],
      opportunities: { id: 'o-1', group_id },
      people: 'nobody',
    })
    expect(answer.status).toBe(200)
    expect((await sharing.events()).map((event) => event.name)).toEqual(['Fair'])
    const codes = (await sharing.log('connec')).map((entry) => entry.code)
    expect(codes).toEqual(expect.arrayContaining(['skipped', 'ignored']))
    for (const body of ['', 'no json', '[]', '7', '{"events":', '"x"']) {
      expect((await sharing.notify(body)).status, body).toBe(200)
    }
    expect((await sharing.notify(`"${'x'.repeat(5 * 1024 * 1024)}"`)).status).toBe(413)
  })

  it('needs the credentials of the marketplace in its path', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const other = await aSharingCompany()
    const path = `/maestrano/connec/notifications/${sharing.company.tenant}`
    const body = JSON.stringify({ events: { ...fair, group_id: sharing.company.groupUid } })
    const theirs = `Basic ${btoa(`${other.marketplace.apiId}:a-marketplace-key-of-tests`)}`
    for (const headers of [{}, { Authorization: theirs }, { Authorization: 'Basic x' }]) {
      expect((await fetchWorker(path, { method: 'POST', headers, body })).status).toBe(401)
    }
    expect(await sharing.events()).toEqual([])
    // Another marketplace's group of the same name is another group.
    await other.notify({ events: { ...fair, group_id: sharing.company.groupUid } })
    expect(await sharing.events()).toEqual([])
  })

  it('of a record that was deleted here leaves it deleted', async ({ expect }) => {
    const sharing = await aSharingCompany()
    await sharing.tell('events', fair)
    await sharing.publisher.api.delete('/event/connec:e-1')
    await sharing.tell('events', { ...fair, name: 'Back', updated_at: '2031-01-01T00:00:00Z' })
    expect(await sharing.events()).toEqual([])
  })

  it('brings a record by our code to the record that it names', async ({ expect }) => {
    const sharing = await aSharingCompany()
    sharing.hub.fail({ path: /\/events/, method: 'POST', answer: 'drop', accept: true })
    const calendarId = await aCalendar(sharing.publisher)
    const event = { name: 'Fair', startDate: '2030-05-01', allDay: true, calendarId }
    const made = await sharing.publisher.api.post('/event', event)
    await sharing.settled()
    const [entity] = sharing.list('events')
    await sharing.tell('events', { ...entity })
    await sharing.hurried()
    expect((await sharing.idMap('events')).data).toMatchObject([
      { connecId: entity?.id, localId: made.data.id, origin: 'daybook' },
    ])
    expect(sharing.list('events')).toHaveLength(1)
    expect(await sharing.events()).toEqual([])
  })

  it('of two entities with one code of ours brings one to the record, and creates the other', async ({
    expect,
  }) => {
    const sharing = await aSharingCompany()
    sharing.hub.fail({ path: /\/(events|people)/, method: 'POST', answer: 500, times: 50 })
    const calendarId = await aCalendar(sharing.publisher)
    const event = { name: 'Fair', startDate: '2030-05-01', allDay: true, calendarId }
    const made = await sharing.publisher.api.post('/event', event)
    const ann = await signUp(sharing.publisher, 'ann@example.com')
    await sharing.settled()
    const code = `DB-${made.data.id}`
    await sharing.tell('events', { ...fair, code }, { ...fair, id: 'e-2', code })
    const person = { email: 'ann@example.com', code: `DB-${ann.ecalId}` }
    await sharing.tell('people', { ...person, id: 'p-1' }, { ...person, id: 'p-2' })
    expect(await sharing.events()).toHaveLength(1)
    const maps = (await sharing.idMap()).data.map((map) => [map.connecId, map.origin])
    expect(maps).toEqual([
      ['e-1', 'daybook'],
      ['e-2', 'connec'],
      ['p-1', 'daybook'],
      ['p-2', 'connec'],
    ])
  })

  it('that is newer counts, also where an older one of the same new entity comes first by a hair', async ({
    expect,
  }) => {
    const sharing = await aSharingCompany()
    const newer = { ...fair, name: 'Newer', updated_at: '2030-02-01T00:00:00Z' }
    const db = racedDatabase(() => sharing.tell('events', fair))
    await takeNotification(
      { db, now: clock.now, encryptionKey: () => env.ENCRYPTION_KEY, announce: () => {} },
      sharing.marketplace,
      { events: { ...newer, group_id: sharing.company.groupUid } },
    )
    expect((await sharing.events()).map((event) => event.name)).toEqual(['Newer'])
  })

  it('that finds the calendar full of text is skipped', async ({ expect }) => {
    const sharing = await aSharingCompany()
    await sharing.tell('events', fair)
    await env.DB.prepare('UPDATE calendars SET text_bytes = 16 * 1024 * 1024 - 700 WHERE id = ?')
      .bind(sharing.company.connecCalendarId)
      .run()
    await sharing.tell('events', { ...fair, id: 'e-2', description: 'x'.repeat(1_000) })
    const longer = { ...fair, description: 'x'.repeat(1_000), updated_at: '2030-02-01T00:00:00Z' }
    await sharing.tell('events', longer)
    const details = (await sharing.log('connec')).filter((entry) => entry.code === 'skipped')
    expect(details.map((entry) => entry.detail)).toEqual([
      'events e-1: its calendar is full',
      'events e-2: its calendar is full',
    ])
  })

  it('during the import is applied at once, and the newer version stays', async ({ expect }) => {
    const sharing = await aSharingCompany({
      before: ({ put }) => put('events', { ...fair, name: 'As imported' }),
      imports: false,
    })
    await sharing.tell('events', { ...fair, name: 'As told', updated_at: '2030-06-01T00:00:00Z' })
    await sharing.settled()
    expect((await sharing.events()).map((event) => event.name)).toEqual(['As told'])
  })
})
