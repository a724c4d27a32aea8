import fc from 'fast-check'
import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { costOf } from '../../support/counting'
import { forgetFeeds, plainFeed } from '../../support/feeds'
import { aPublisher } from '../../support/publisher'

type Step = { what: (typeof kinds)[number]; a: number; b: number }

const kinds = [
  'event',
  'private event',
  'change',
  'delete',
  'draft',
  'move',
  'share',
  'follow',
  'invite',
  'unfollow',
  'calendar',
  'relate',
  'waiting relation',
  'answer',
  'acknowledge',
  'decline',
  'forget',
] as const

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...kinds),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
})

/** A publisher with three calendars and two people, and all that may be done to them. */
async function aScene() {
  const publisher = await aPublisher()
  const [service, ann, ben] = [await aService(publisher), await aPerson(publisher), await aPerson(publisher)]
  const people = [ann, ben]
  const calendars = [
    await aCalendar(publisher, 'One', { categories: 'Sports' }),
    await aCalendar(publisher, 'Two'),
  ]
  calendars.push(await aCalendar(publisher, 'Three', { categories: 'Music,Art' }))
  const events: string[] = []
  const pick = <T>(list: readonly T[], at: number) => list[at % list.length]
  const zones = ['UTC', 'Australia/Melbourne', 'America/New_York']

  /** Refusals are no matter: whatever the product allows, the feed must be right. */
  async function run({ what, a, b }: Step): Promise<void> {
    const { api } = publisher
    const calendar = pick(calendars, a) ?? ''
    const event = pick(events, b)
    const person = pick(people, a + b) ?? ann
    const follows = `/subscriber/${person.ecalId}/subscriptions`
    const when = { startDate: `2040-0${1 + (b % 9)}-01`, timezone: pick(zones, a + b) }
    const relation = `/event-subscriptions/${event}_${person.ecalId}`
    if (what === 'event')
      events.push(await anEvent(publisher, calendar, { name: `Ünïcode ${b} ✅`, ...when }))
    else if (what === 'private event') {
      const body = { name: `Own ${b}`, startTime: '10:00', ...when }
      const made = await api.post('/event', body, { query: { ecal_id: person.ecalId } })
      events.push(made.data.id)
    } else if (what === 'calendar')
      await api.put(`/calendar/${calendar}`, { draft: b % 2, categories: `C${b}` })
    else if (what === 'follow') await api.post(`${follows}/add`, { calendarIds: [calendar] })
    else if (what === 'invite') {
      await api.post(`${follows}/add`, { calendarIds: [calendar], permission: 'invited_read' })
    } else if (what === 'unfollow') await api.post(`${follows}/remove`, { calendarIds: [calendar] })
    else if (what === 'forget') forgetFeeds()
    else if (event === undefined) return
    else if (what === 'change')
      await api.put(`/event/${event}`, { name: `Changed ${a}`, categories: pick(['', 'Own'], a) })
    else if (what === 'delete') await api.delete(`/event/${event}`)
    else if (what === 'draft') await api.put(`/event/${event}`, { draft: a % 2 })
    else if (what === 'move') await api.put(`/event/${event}`, { calendarId: calendar })
    else if (what === 'share')
      await service.patch(`/events/${event}`, { calendar_ids: calendars.slice(a % 3) })
    else if (what === 'relate') await relate(service, event, person.ecalId).catch(() => '')
    else if (what === 'waiting relation') {
      await relate(service, event, person.ecalId, { is_invitation: true }).catch(() => '')
    } else if (what === 'answer') await person.app.patch(relation, { rsvp_status: 'attending' })
    else if (what === 'decline') await person.app.patch(relation, { rsvp_status: 'not_attending' })
    else await person.app.patch(relation, { permission: 'subscribed_read' })
  }
  return { publisher, people, run }
}

describe('the bytes of a feed', () => {
  it('are the same warm, cold and from the data centre’s cache: those of its rows put together plainly', {
    timeout: 300_000,
  }, async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
        const { publisher, people, run } = await aScene()
        for (const each of steps) {
          await run(each)
          for (const person of people) {
            const plain = await plainFeed(publisher.id, person.ecalId)
            const feed = async () => (await costOf(person.feedPath)).answer.text()
            expect(await feed(), 'as it comes').toBe(plain)
            expect(await feed(), 'warm').toBe(plain)
          }
        }
        for (const person of people) {
          const plain = await plainFeed(publisher.id, person.ecalId)
          forgetFeeds()
          expect(await (await costOf(person.feedPath)).answer.text(), 'forgotten').toBe(plain)
        }
      }),
      { numRuns: 3 },
    )
  })
})
