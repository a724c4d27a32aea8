import { describe, it } from 'vitest'
import { type AppAnswer, aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { bare, mayBeSeen } from '../../support/histories'
import { aPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'
import {
  countedInside,
  forgetLook,
  interrupted,
  kill,
  personView,
  serviceView,
} from '../../support/timelines'

const WRITERS = 20
const ROUNDS = 6

describe('sync while others write', () => {
  it('misses nothing and repeats nothing, for a person and a service', { timeout: 60_000 }, async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const ann = await aPerson(publisher)
    const others = await Promise.all(Array.from({ length: 4 }, () => aPerson(publisher)))
    const calendar = await aCalendar(publisher)
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [calendar] })
    const events = await Promise.all(Array.from({ length: 5 }, () => anEvent(publisher, calendar)))
    for (const event of events.slice(0, 3))
      await relate(service, event, ann.ecalId, { permission: 'invited_write' })

    let writing = true
    const answered = new Set<number>()
    const writer = async (n: number) => {
      const event = events[n % events.length] ?? ''
      const person = others[n % others.length]
      const id = `${event}_${person?.ecalId}`
      for (let round = 0; round < ROUNDS; round++) {
        const writes = [
          () => service.post('/event-subscriptions', { event_id: event, subscriber: { id: person?.ecalId } }),
          () =>
            person?.app.patch(`/event-subscriptions/${id}`, {
              rsvp_status: round % 2 ? 'attending' : 'not_attending',
            }),
          () => publisher.api.put(`/event/${event}`, { name: `By ${n} in ${round}` }),
          () => ann.app.delete(`/event-subscriptions/${id}`),
          () =>
            publisher.api.post('/event', {
              name: 'New',
              startDate: '2040-05-01',
              allDay: true,
              calendarId: calendar,
            }),
        ]
        const answer = await writes[(n + round) % writes.length]?.()
        if (answer) answered.add(answer.status)
      }
    }
    const reader = async (replica: Replica, limit: number, kept: Replica[]) => {
      do {
        await replica.sync(limit)
        kept.push(replica.clone())
      } while (writing)
    }
    const views = [
      { app: ann.app, viewer: personView(publisher, ann.ecalId) },
      { app: service, viewer: serviceView(publisher) },
    ].map((view) => ({
      ...view,
      kept: [] as Replica[],
      replicas: [new Replica(view.app), new Replica(view.app)],
    }))
    const readers = views.flatMap(({ replicas, kept }) => [
      reader(replicas[0] as Replica, 3, kept),
      reader(replicas[1] as Replica, 50, kept),
    ])
    await Promise.all(Array.from({ length: WRITERS }, (_, n) => writer(n)))
    writing = false
    await Promise.all(readers)
    expect([...answered].filter((status) => status >= 500)).toEqual([])

    for (const { app, viewer, kept, replicas } of views) {
      const full = await fullRead(app)
      expect(full.map(bare)).toEqual(await mayBeSeen(viewer))
      for (const copy of [...replicas, ...kept.filter((_, at) => at % 5 === 0)]) {
        await copy.sync(100)
        expect(copy.sorted()).toEqual(full)
      }
      expect(await replicas[0]?.sync()).toEqual([])
      expect(new Set(full.map((item) => item.sync_token)).size).toBe(full.length)
    }
  })

  it('goes on right after a timeline that dies again and again', { timeout: 60_000 }, async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const ann = await aPerson(publisher)
    const ben = await aPerson(publisher)
    const calendar = await aCalendar(publisher)
    const viewer = personView(publisher, ann.ecalId)
    const replica = new Replica(ann.app)
    let writing = true
    const reading = (async () => {
      while (writing) {
        // A killed object answers its readers with an error; what they then get goes on from what they had.
        const copy = replica.clone()
        try {
          await copy.sync(2)
          replica.items = copy.items
          replica.token = copy.token
        } catch {}
      }
    })()
    const killing = (async () => {
      while (writing) {
        await kill(viewer)
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
    })()
    for (let n = 0; n < 15; n++) {
      const event = await anEvent(publisher, calendar)
      await relate(service, event, ann.ecalId)
      await relate(service, event, ben.ecalId)
      if (n % 3 === 0) await service.delete(`/event-subscriptions/${event}_${ann.ecalId}`)
    }
    writing = false
    await Promise.all([reading, killing])
    await replica.sync()
    expect(replica.sorted()).toEqual(await fullRead(ann.app))
    expect(replica.sorted().map(bare)).toEqual(await mayBeSeen(viewer))
    // No token was given twice: as many as there were changes at most, and none lost to a kill.
    const all = await ann.app.get('/event-subscriptions?sync_token=0&limit=100')
    expect(new Set(all.data.map((item: { sync_token: number }) => item.sync_token)).size).toBe(
      all.data.length,
    )
  })

  it('shares catch-ups among readers', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const ann = await aPerson(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    await ann.app.get('/event-subscriptions')
    const counts = await countedInside(personView(publisher, ann.ecalId), async () => {
      await relate(service, event, ann.ecalId)
      const lists = await Promise.all(Array.from({ length: 30 }, () => ann.app.get('/event-subscriptions')))
      expect(lists.map((list) => list.data.length)).toEqual(Array(30).fill(2))
    })
    // One that runs and one that waits, and again where some came late.
    expect(counts.queries).toBeLessThan(10)
  })
})

describe('a look that takes long', () => {
  it('has what a calendar holds that was drafted and published while its pages were read', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const calendar = await aCalendar(publisher)
    const event = await anEvent(publisher, calendar)
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [calendar] })
    const viewer = personView(publisher, ann.ecalId)
    const replica = new Replica(ann.app)
    await replica.sync()
    await forgetLook(viewer)
    const turn = async (sql: string) => {
      if (sql.includes('FROM relations WHERE')) await publisher.api.put(`/calendar/${calendar}`, { draft: 1 })
      if (sql.includes('relations_subscriber')) await publisher.api.put(`/calendar/${calendar}`, { draft: 0 })
    }
    await interrupted(viewer, turn, () => ann.app.get('/event-subscriptions'))
    expect((await publisher.api.get(`/calendar/${calendar}`)).data.draft).toBe(0)
    expect(await replica.sync()).toEqual([])
    expect(replica.sorted().map(bare)).toEqual(await mayBeSeen(viewer))
    expect(replica.items.has(`${event}_${ann.ecalId}`)).toBe(true)
  })
})

describe('a reader that comes while another’s look runs', () => {
  it('sees what was committed before it came, not what that look had read', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const ann = await aPerson(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    await ann.app.get('/event-subscriptions')
    const late: Promise<AppAnswer>[] = []
    const committing = async () => {
      if (late.length > 0) return
      late.push(ann.app.get('/event-subscriptions?limit=0&event_ids=none'))
      await relate(service, event, ann.ecalId)
      late.push(
        ann.app.get('/event-subscriptions'),
        ann.app.get(`/event-subscriptions/${event}_${ann.ecalId}`),
      )
      // They arrive while the first look still waits for what it read.
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await interrupted(
      personView(publisher, ann.ecalId),
      async () => {},
      async () => {
        const early = await ann.app.get('/event-subscriptions')
        expect(early.data).toHaveLength(1)
        const [, list, one] = await Promise.all(late)
        expect(list?.data).toHaveLength(2)
        expect(one?.status).toBe(200)
      },
      committing,
    )
  })
})
