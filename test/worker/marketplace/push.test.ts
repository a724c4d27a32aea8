import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { renamePerson } from '../../../src/domain/subscribers/person'
import { unattendedContextOf } from '../../../src/domain/unattended'
import { aPerson, aCalendar as theirCalendar } from '../../support/apps'
import { follow, ownEvent } from '../../support/event-api'
import { operatorCalls } from '../../support/marketplace'
import { aSharingCompany, type Sharing } from '../../support/sharing'
import { signedSignUp, signUp } from '../../support/sign-up'

const fair = {
  name: 'Fair',
  startDate: '2030-05-01',
  startTime: '10:00',
  endTime: '12:00',
  location: 'Town Hall',
}

const aCalendar = (sharing: Sharing, more: object = {}) => theirCalendar(sharing.publisher, 'Club', more)

async function anEvent(sharing: Sharing, calendarId: string, more: object = {}): Promise<string> {
  const made = await sharing.publisher.api.post('/event', { ...fair, timezone: 'UTC', calendarId, ...more })
  return made.data.id
}

describe('a public event', () => {
  it('is sent when it is made, changed and deleted', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    const [entity] = sharing.list('events')
    expect(sharing.calls('POST', 'events')[0]?.body).toEqual({
      events: {
        code: `DB-${id}`,
        name: 'Fair',
        start_date: '2030-05-01T10:00:00Z',
        end_date: '2030-05-01T12:00:00Z',
        timezone: 'UTC',
        location: 'Town Hall',
        status: 'ACTIVE',
      },
    })
    await sharing.publisher.api.put(`/event/${id}`, { name: 'Big fair', allDay: true })
    await sharing.settled()
    const [update] = sharing.calls('PUT', 'events')
    expect(update?.path).toContain(entity?.id)
    expect(update?.body).toMatchObject({ events: { name: 'Big fair', start_date: '2030-05-01' } })
    await sharing.publisher.api.delete(`/event/${id}`)
    await sharing.settled()
    expect(sharing.calls('PUT', 'events')[1]?.body).toEqual({ events: { status: 'INACTIVE' } })
    expect(sharing.list('events')).toHaveLength(1)
    const { data } = await sharing.idMap('events')
    expect(data).toMatchObject([
      {
        connecId: entity?.id,
        code: `DB-${id}`,
        localType: 'event',
        localId: id,
        origin: 'daybook',
        state: 'active',
      },
    ])
  })

  it('isn’t sent while it or its calendar is a draft, nor a private one', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const calendarId = await aCalendar(sharing, { draft: 1 })
    await anEvent(sharing, calendarId)
    await anEvent(sharing, await aCalendar(sharing, { name: 'Live' }), { draft: 1 })
    const { ecalId } = await signUp(sharing.publisher, 'ann@example.com')
    await sharing.publisher.api.post('/event', {
      query: { ecal_id: ecalId },
      body: { ...fair, name: 'Payment Due' },
    })
    await sharing.settled()
    expect(sharing.list('events')).toEqual([])
    await sharing.publisher.api.put(`/calendar/${calendarId}`, { draft: 0 })
    await sharing.settled()
    expect(sharing.list('events')).toMatchObject([{ name: 'Fair', status: 'ACTIVE' }])
    await sharing.publisher.api.delete(`/calendar/${calendarId}`)
    await sharing.settled()
    expect(sharing.list('events')).toMatchObject([{ status: 'INACTIVE' }])
  })

  it('isn’t sent again where nothing that the hub knows has changed', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    await sharing.publisher.api.put(`/event/${id}`, { alert: '1H' })
    await sharing.settled()
    expect(sharing.calls('PUT', 'events')).toEqual([])
  })

  it('that is changed by many at once is one entity with the last state', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const id = await anEvent(sharing, await aCalendar(sharing))
    await Promise.all([
      ...Array.from({ length: 20 }, (_, n) =>
        sharing.publisher.api.put(`/event/${id}`, { name: `Fair ${n}` }),
      ),
      sharing.settled(),
    ])
    await sharing.settled()
    const { data } = await sharing.publisher.api.get(`/event/${id}`)
    expect(sharing.list('events').map((entity) => entity.name)).toEqual([data.name])
    expect(sharing.calls('POST', 'events')).toHaveLength(1)
  })

  it.for([
    ['answers 500', { answer: 500 }],
    ['answers 500 having taken it', { answer: 500, accept: true }],
    ['loses the connection having taken it', { answer: 'drop', accept: true }],
    ['says 409 having taken it', { answer: 409, accept: true }],
    ['cuts its answer off having taken it', { answer: 'unreadable', accept: true }],
  ] as const)('is one entity after a hub that %s', async ([, fault], { expect }) => {
    const sharing = await aSharingCompany()
    sharing.hub.fail({ path: /\/events/, method: 'POST', ...fault })
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    expect((await sharing.seen()).connec.push).toEqual({ pending: 1, failed: 0 })
    await sharing.publisher.api.put(`/event/${id}`, { name: 'Big fair' })
    await sharing.hurried()
    expect(sharing.list('events').map((entity) => [entity.name, entity.code])).toEqual([
      ['Big fair', `DB-${id}`],
    ])
    expect((await sharing.seen()).connec.push).toEqual({ pending: 0, failed: 0 })
  })

  it('isn’t created again while nobody can tell whether it arrived', async ({ expect }) => {
    const sharing = await aSharingCompany()
    sharing.hub.fail({ path: /\/events/, method: 'POST', answer: 'drop', accept: true })
    sharing.hub.fail({ path: /\/events/, method: 'GET', answer: 500, times: 2 })
    await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    await sharing.hurried()
    await sharing.hurried()
    expect(sharing.calls('POST', 'events')).toHaveLength(1)
    await sharing.hurried()
    expect(sharing.calls('POST', 'events')).toHaveLength(1)
    expect(sharing.list('events')).toHaveLength(1)
  })

  it('that the hub refuses fails, and is sent with its next change', async ({ expect }) => {
    const sharing = await aSharingCompany()
    sharing.hub.fail({ path: /\/events/, method: 'POST', answer: 422 })
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    expect((await sharing.seen()).connec.push).toEqual({ pending: 0, failed: 1 })
    await sharing.publisher.api.put(`/event/${id}`, { name: 'Big fair' })
    await sharing.settled()
    expect(sharing.list('events')).toMatchObject([{ name: 'Big fair' }])
  })

  it('that the hub doesn’t know any more is not created anew', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    sharing.hub.fail({ path: /\/events/, method: 'PUT', answer: 404 })
    await sharing.publisher.api.put(`/event/${id}`, { name: 'Big fair' })
    await sharing.settled()
    await sharing.publisher.api.put(`/event/${id}`, { name: 'Bigger fair' })
    await sharing.settled()
    expect((await sharing.idMap('events')).data).toMatchObject([{ state: 'gone' }])
    expect(sharing.calls('POST', 'events')).toHaveLength(1)
    expect(sharing.calls('PUT', 'events')).toHaveLength(1)
  })

  it('makes no echo, and none of what came from the hub goes back', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    const [entity] = sharing.list('events')
    // As real hubs do: we hear of our own change.
    await sharing.tell('events', { ...entity })
    await sharing.settled()
    expect((await sharing.publisher.api.get(`/event/${id}`)).data.sequence).toBe(0)
    await sharing.tell('events', { ...entity, name: 'Told by the hub', updated_at: '2031-01-01T00:00:00Z' })
    await sharing.settled()
    expect((await sharing.publisher.api.get(`/event/${id}`)).data).toMatchObject({
      name: 'Told by the hub',
      reference: '',
    })
    expect(sharing.calls('PUT', 'events')).toEqual([])
  })

  it('is one on each side where the hub tells of it before it answers', async ({ expect }) => {
    const sharing = await aSharingCompany()
    sharing.hub.notifications = 'before'
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    await sharing.publisher.api.put(`/event/${id}`, { name: 'Big fair' })
    await sharing.settled()
    expect(sharing.list('events')).toMatchObject([{ name: 'Big fair' }])
    expect((await sharing.events()).length).toBe(0)
    expect((await sharing.idMap('events')).data).toHaveLength(1)
    expect((await sharing.publisher.api.get(`/event/${id}`)).data.name).toBe('Big fair')
  })

  it('changed here while an older state of it comes back keeps what it says', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    const [entity] = sharing.list('events')
    const told = { ...entity, name: 'Old', updated_at: new Date(Date.now() - 1_000).toISOString() }
    sharing.hub.fail({ path: /\/events/, method: 'PUT', answer: 500 })
    await sharing.publisher.api.put(`/event/${id}`, { name: 'New' })
    await sharing.settled()
    await sharing.tell('events', told)
    await sharing.hurried()
    expect((await sharing.publisher.api.get(`/event/${id}`)).data.name).toBe('New')
    expect(sharing.list('events')).toMatchObject([{ name: 'New' }])
  })
})

describe('an event on its way', () => {
  it('is taken back where its calendar goes before the hub has answered', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const calendarId = await aCalendar(sharing)
    sharing.meanwhile('POST', 'events', () => sharing.publisher.api.delete(`/calendar/${calendarId}`))
    await anEvent(sharing, calendarId)
    await sharing.settled()
    expect(sharing.list('events')).toMatchObject([{ status: 'INACTIVE' }])
  })

  it('isn’t created again after a cancellation and a reactivation', async ({ expect }) => {
    const sharing = await aSharingCompany()
    sharing.hub.fail({ path: /\/events/, method: 'POST', answer: 'drop', accept: true })
    const id = await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    const { tenant, groupUid } = sharing.company
    await sharing.hub.cancelGroup(groupUid)
    await operatorCalls('POST', `/marketplaces/${tenant}/groups/${groupUid}/reactivate`, {
      mode: 'marketplace',
    })
    await sharing.publisher.api.put(`/event/${id}`, { name: 'Big fair' })
    await sharing.settled()
    expect(sharing.list('events').map((entity) => entity.name)).toEqual(['Big fair'])
    expect(sharing.calls('POST', 'events')).toHaveLength(1)
  })

  it('stays here where its collection is no longer subscribed', async ({ expect }) => {
    const sharing = await aSharingCompany()
    sharing.hub.fail({ path: /\/events/, method: 'POST', answer: 500 })
    await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    await sharing.configure({ webhooks: { subscriptions: { people: true, events: false, invoices: true } } })
    await sharing.hurried()
    expect(sharing.calls('POST', 'events')).toHaveLength(1)
    expect(sharing.calls('GET', 'events').filter((call) => '$filter' in call.query)).toEqual([])
  })
})

describe('a person’s own event in a public calendar', () => {
  it('is sent, and taken back where the calendar goes', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const calendarId = await aCalendar(sharing)
    const ann = await aPerson(sharing.publisher)
    await follow(sharing.publisher, ann, [calendarId], 'subscribed_write')
    await ownEvent(ann.app, { calendar_ids: [calendarId] })
    await sharing.settled()
    expect(sharing.list('events')).toMatchObject([{ name: 'Dinner', status: 'ACTIVE' }])
    await sharing.publisher.api.delete(`/calendar/${calendarId}`)
    await sharing.settled()
    expect(sharing.list('events')).toMatchObject([{ name: 'Dinner', status: 'INACTIVE' }])
  })
})

describe('a group', () => {
  it('whose name is no plain one is reached by it', async ({ expect }) => {
    const sharing = await aSharingCompany({ uid: 'a/b?c=d#é%2F&{}' })
    await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    const path = `/${encodeURIComponent(sharing.company.groupUid)}/events`
    const posts = sharing.hub.calls.filter((call) => call.method === 'POST')
    expect(posts.map((call) => call.path.endsWith(path))).toEqual([true])
    expect(sharing.list('events')).toHaveLength(1)
    expect((await sharing.hub.cancelGroup(sharing.company.groupUid)).status).toBe(200)
  })
})

describe('a subscriber', () => {
  it('who leaves and comes again is the person that the hub has', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const ann = await signedSignUp(sharing.publisher, 'ann@example.com', { first_name: 'Ann' })
    await sharing.settled()
    await sharing.publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)
    await signedSignUp(sharing.publisher, 'ann@example.com', { first_name: 'Anna' })
    await sharing.settled()
    expect(sharing.list('people')).toMatchObject([{ first_name: 'Anna', code: `DB-${ann.ecalId}` }])
    expect(sharing.calls('POST', 'people')).toHaveLength(1)
  })

  it('is sent when an app renames them', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const ann = await signedSignUp(sharing.publisher, 'ann@example.com', { first_name: 'Ann' })
    await sharing.settled()
    const context = await unattendedContextOf(
      { db: env.DB, now: Date.now() },
      sharing.publisher.id,
      'client:test',
    )
    if (!context) throw new Error('unreachable')
    await renamePerson(context, ann.ecalId, { firstName: 'Anna' })
    await sharing.settled()
    expect(sharing.list('people')).toMatchObject([{ first_name: 'Anna' }])
  })

  it('whom the hub has archived stays archived there when they change', async ({ expect }) => {
    const email = `kim-${Date.now()}@example.com`
    const sharing = await aSharingCompany({
      before: ({ put }) =>
        void put('people', {
          first_name: 'Kim',
          last_name: 'Wood',
          email: { address: email },
          status: 'ARCHIVED',
        }),
    })
    await signedSignUp(sharing.publisher, email, { first_name: 'Kimberley' })
    await sharing.settled()
    expect(sharing.list('people')).toMatchObject([{ first_name: 'Kimberley', status: 'ARCHIVED' }])
    expect(sharing.calls('PUT', 'people').map(({ body }) => body)).toEqual([
      { people: { first_name: 'Kimberley', email: { address: email } } },
    ])
  })

  it('whom the hub renamed keeps the hub’s name there until theirs changes', async ({ expect }) => {
    const sharing = await aSharingCompany({
      before: ({ put }) => put('people', { id: 'p-1', first_name: 'Ann', email: 'ann@example.com' }),
    })
    const ann = await signUp(sharing.publisher, 'ann@example.com', { first_name: 'Ann' })
    await sharing.settled()
    await sharing.tell('people', {
      id: 'p-1',
      first_name: 'Annabel',
      email: 'ann@example.com',
      updated_at: '2031-01-01T00:00:00Z',
    })
    await sharing.publisher.api.post(`/subscriber/${ann.ecalId}/confirm-email`)
    await sharing.settled()
    expect(sharing.calls('PUT', 'people')).toEqual([])
  })

  it('is sent when they subscribe, and when their name changes', async ({ expect }) => {
    const sharing = await aSharingCompany()
    const ann = await signedSignUp(sharing.publisher, 'Ann@example.com', { first_name: 'Ann' })
    await sharing.settled()
    expect(sharing.calls('POST', 'people')[0]?.body).toEqual({
      people: {
        code: `DB-${ann.ecalId}`,
        first_name: 'Ann',
        email: { address: 'ann@example.com' },
        status: 'ACTIVE',
      },
    })
    await signedSignUp(sharing.publisher, 'ann@example.com', { first_name: 'Ann', last_name: 'Lee' })
    await sharing.settled()
    expect(sharing.calls('PUT', 'people').map((call) => call.body)).toMatchObject([
      { people: { last_name: 'Lee' } },
    ])
    // Nothing to send: a calendar more, and the end.
    await sharing.publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)
    await sharing.settled()
    expect([sharing.calls('POST', 'people').length, sharing.calls('PUT', 'people').length]).toEqual([1, 1])
  })

  it('whom the hub knows by the e-mail is not created again', async ({ expect }) => {
    const sharing = await aSharingCompany({
      before: ({ put }) => put('people', { id: 'p-1', first_name: 'Ann', email: 'ANN@example.com' }),
    })
    await signedSignUp(sharing.publisher, 'ann@example.com', { first_name: 'Ann' })
    await sharing.settled()
    expect(sharing.calls('POST', 'people')).toEqual([])
    expect(sharing.calls('PUT', 'people')).toEqual([])
    await signedSignUp(sharing.publisher, 'ann@example.com', { first_name: 'Anna' })
    await sharing.settled()
    expect(sharing.list('people')).toMatchObject([{ id: 'p-1', first_name: 'Anna' }])
  })
})

describe('a cancelled company', () => {
  it('sends nothing more', async ({ expect }) => {
    const sharing = await aSharingCompany()
    sharing.hub.fail({ path: /\/events/, method: 'POST', answer: 500 })
    await anEvent(sharing, await aCalendar(sharing))
    await sharing.settled()
    expect((await sharing.hub.cancelGroup(sharing.company.groupUid)).status).toBe(200)
    const { length } = sharing.hub.calls
    await sharing.hurried()
    expect(sharing.hub.calls).toHaveLength(length)
  })
})
