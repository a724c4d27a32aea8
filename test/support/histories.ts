import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import type { Viewer } from '../../src/timeline'
import { type App, aCalendar, anEvent, aPerson, aService, relate, type TestPerson } from './apps'
import { newestCode } from './contacts'
import { aPublisher, type TestPublisher } from './publisher'
import { Replica } from './replica'
import { evict, forgetLook, interrupted, kill, personView, serviceView } from './timelines'

/**
 * Random histories through the front door, and a model of what each viewer may see: plain rows of D1, put together
 * here in the plainest way (`event-subscriptions.md` 3 to 5), so that a timeline is compared with something else
 * than itself.
 */

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests compare it
type Item = any
type Row = Record<string, string | number | null>

const RANKS = ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write']
const wireTime = (ms: number) => new Date(ms).toISOString().replace('Z', '000Z')

async function tables(publisherId: number): Promise<Record<string, Row[]>> {
  const names = [
    'relations',
    'follows',
    'calendars',
    'calendar_events',
    'events',
    'answers',
    'subscribers',
    'contacts',
  ]
  const results = await env.DB.batch<Row>(
    names.map((name) => env.DB.prepare(`SELECT * FROM ${name} WHERE publisher_id = ?`).bind(publisherId)),
  )
  return Object.fromEntries(names.map((name, at) => [name, results[at]?.results ?? []]))
}

/** What a viewer may see: every event subscription by id, without its token. */
export async function mayBeSeen(viewer: Viewer): Promise<Item[]> {
  const t = await tables(viewer.publisherId)
  const rows = (name: string) => t[name] ?? []
  const publisher = await env.DB.prepare('SELECT name FROM publishers WHERE id = ?')
    .bind(viewer.publisherId)
    .first<{ name: string }>()
  const person = (id: unknown) => rows('subscribers').find((s) => s.id === id)
  const named = (id: unknown, first: unknown, last: unknown) => ({
    id,
    user_id: id,
    first_name: first,
    last_name: last,
  })
  const actor = (id: unknown) =>
    id === ''
      ? named(String(viewer.publisherId), publisher?.name, '')
      : named(id, person(id)?.first_name ?? '', person(id)?.last_name ?? '')
  const contact = (id: unknown, kind: string) => {
    const all = rows('contacts').filter((k) => k.subscriber_id === id && k.kind === kind)
    all.sort(
      (a, b) =>
        Number(b.verified) - Number(a.verified) ||
        Number(a.verified_at ?? a.created_at) - Number(b.verified_at ?? b.created_at),
    )
    return all[0]?.value ?? null
  }
  const live = rows('events').filter((e) => e.deleted_at === null && e.draft === 0)
  const direct = rows('relations').filter(
    (r) => r.removed_at === null && person(r.subscriber_id)?.state !== 'unsubscribed',
  )
  const through = (eventId: unknown, personId: unknown) =>
    rows('calendar_events').flatMap((m) => {
      const calendar = rows('calendars').find((c) => c.id === m.calendar_id)
      const follow = rows('follows').find(
        (f) => f.subscriber_id === personId && f.calendar_id === m.calendar_id,
      )
      if (
        m.event_id !== eventId ||
        !follow ||
        !calendar ||
        calendar.deleted_at !== null ||
        calendar.draft !== 0
      )
        return []
      return [
        {
          id: String(m.calendar_id),
          permission: String(follow.permission),
          since: Math.max(Number(m.added_at), Number(follow.followed_at)),
        },
      ]
    })
  const relationItem = (r: Row) => {
    const s = person(r.subscriber_id)
    const isOwn = viewer.personId === r.subscriber_id
    const isActor = viewer.personId === null ? r.actor_id === '' : r.actor_id === viewer.personId
    const all = isOwn || viewer.personId === null
    const email = all ? s?.email || contact(s?.id, 'email') : isActor ? r.addressed_email : null
    const phone = all ? contact(s?.id, 'phone') : isActor ? r.addressed_phone : null
    return {
      id: `${r.event_id}_${r.subscriber_id}`,
      event_id: r.event_id,
      subscriber: {
        ...named(r.subscriber_id, s?.first_name || r.first_name, s?.last_name || r.last_name),
        email,
        phone_number: phone,
        phonenumber: phone,
        tags: all ? JSON.parse(String(s?.tags)).filter((tag: string) => tag !== '') : [],
      },
      is_invitation: r.is_invitation === 1,
      permission: r.permission,
      actor: actor(r.actor_id),
      ...(isOwn || isActor ? { message: r.message } : {}),
      created: wireTime(Number(r.created_at)),
      calendar_ids: isOwn
        ? through(r.event_id, r.subscriber_id)
            .map(({ id }) => id)
            .sort()
        : [],
      rsvp_status: r.rsvp_status,
    }
  }
  const seen: Item[] = []
  for (const event of live) {
    const related = direct.filter((r) => r.event_id === event.id)
    const mine = related.find((r) => r.subscriber_id === viewer.personId)
    if (viewer.personId === null || mine) seen.push(...related.map(relationItem))
    const via = viewer.personId === null || mine ? [] : through(event.id, viewer.personId)
    if (via.length > 0) {
      const s = person(viewer.personId)
      const said = rows('answers').find((a) => a.event_id === event.id && a.subscriber_id === viewer.personId)
      const highest = Math.max(...via.map(({ permission }) => RANKS.indexOf(permission)))
      const phone = contact(s?.id, 'phone')
      seen.push({
        id: `${event.id}_${s?.id}`,
        event_id: event.id,
        subscriber: {
          ...named(s?.id, s?.first_name, s?.last_name),
          email: s?.email || contact(s?.id, 'email'),
          phone_number: phone,
          phonenumber: phone,
          tags: JSON.parse(String(s?.tags)).filter((tag: string) => tag !== ''),
        },
        is_invitation: false,
        permission: RANKS[said?.acknowledged === 1 ? highest | 1 : highest],
        actor: null,
        message: null,
        created: wireTime(Math.min(...via.map(({ since }) => since))),
        calendar_ids: via.map(({ id }) => id).sort(),
        rsvp_status: said?.rsvp_status ?? null,
      })
    }
  }
  return seen.sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** The events of a person, as much of each as the model knows. */
export async function mayBeSeenOfEvents(viewer: Viewer): Promise<Item[]> {
  const own = (await mayBeSeen(viewer)).filter((item) => item.subscriber.id === viewer.personId)
  const { events = [], subscribers = [] } = await tables(viewer.publisherId)
  return own.map((item) => {
    const event = events.find((e) => e.id === item.event_id)
    const creator = subscribers.find((s) => s.id === event?.creator_id)
    return eventPart({
      ...item,
      id: item.event_id,
      title: event?.name,
      creator: { id: creator?.id ?? String(viewer.publisherId), first_name: creator?.first_name },
      invitation: item.actor && { actor: item.actor, message: item.message, created: item.created },
    })
  })
}

/** What of an event the model tells; the publisher's name is left out where it made the event. */
export const eventPart = (event: Item): Item => ({
  id: event.id,
  title: event.title,
  creator: {
    id: event.creator.id,
    ...(event.creator.id.length === 24 ? { first_name: event.creator.first_name } : {}),
  },
  permission: event.permission,
  is_invitation: event.is_invitation,
  invitation: event.invitation,
  calendar_ids: event.calendar_ids,
  rsvp_status: event.rsvp_status,
})

const withoutToken = ({ sync_token: _, ...rest }: Item): Item => rest

/** An item without its token. */
export const bare = withoutToken

const nat = fc.nat({ max: 3 })
const by = fc.nat({ max: 3 })
const permission = fc.constantFrom(...RANKS)

/** What clients do; numbers choose among what there is. */
const writes = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('event' as const),
      calendar: nat,
      draft: fc.constantFrom(0, 0, 0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('private event' as const), person: nat }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('invite' as const),
      by,
      event: nat,
      person: nat,
      write: fc.boolean(),
      invitation: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('invite by e-mail' as const), by, event: nat, contact: nat }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('permission' as const), by, event: nat, person: nat, permission }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('acknowledge' as const),
      event: nat,
      person: nat,
      write: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      event: nat,
      person: nat,
      rsvp: fc.constantFrom('attending', 'not_attending', 'not_replied'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('invitation' as const),
      by,
      event: nat,
      person: nat,
      is: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), by, event: nat, person: nat }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('follow' as const),
      person: nat,
      calendar: nat,
      permission: fc.option(permission),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unfollow' as const), person: nat, calendar: nat }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('draft calendar' as const),
      calendar: nat,
      draft: fc.constantFrom(0, 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete calendar' as const), calendar: nat }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('calendar' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('change event' as const), event: nat, name: nat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move event' as const), event: nat, calendar: nat }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete event' as const), event: nat }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('draft event' as const),
      event: nat,
      draft: fc.constantFrom(0, 1),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('names' as const), person: nat, name: nat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('own event' as const), person: nat }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('calendars of event' as const),
      by,
      event: nat,
      calendars: fc.array(nat, { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete as app' as const), by, event: nat }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), person: nat, contact: nat }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), person: nat }) },
)

/** One step of a history. */
const step = fc.oneof(
  { weight: 60, arbitrary: writes },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('sync' as const), by, limit: fc.constantFrom(1, 2, 3, 7, 100) }),
  },
  // Others write between the reads of one look, which compares everything.
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('slow look' as const),
      by,
      meanwhile: fc.array(writes, { minLength: 1, maxLength: 4, size: 'max' }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('read' as const), by, event: nat }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('crash' as const), by, hard: fc.boolean() }) },
)

export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

export const histories = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(step, { minLength: 8, maxLength, size: 'max' })

/** A viewer with a copy, and every copy that was ever kept. */
export class Watcher {
  readonly replica: Replica
  readonly events: Replica
  readonly kept: Replica[] = []
  /** The highest token that any answer told. */
  told = 0

  constructor(
    readonly name: string,
    readonly viewer: Viewer,
    readonly app: App,
  ) {
    this.replica = new Replica(app)
    this.events = new Replica(app, '/events')
  }

  heard(token: unknown): void {
    if (typeof token !== 'number') return
    if (token < this.told) throw new Error(`${this.name}: a token fell from ${this.told} to ${token}`)
    this.told = token
  }
}

/** The persons, calendars and events of a history, and who looks at them. */
export class World {
  private constructor(
    readonly publisher: TestPublisher,
    readonly service: App,
    readonly persons: TestPerson[],
    readonly calendars: string[],
    readonly watchers: Watcher[],
  ) {}

  readonly events: string[] = []
  private names = 0

  static async make(): Promise<World> {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const persons = await Promise.all(
      [{ first_name: 'Ella' }, {}, { last_name: 'Dent' }].map((fields) => aPerson(publisher, fields)),
    )
    const calendars = [await aCalendar(publisher, 'One'), await aCalendar(publisher, 'Two')]
    const watchers = [
      new Watcher('service', serviceView(publisher), service),
      ...persons.map(
        ({ ecalId, app }, at) => new Watcher(`person ${at}`, personView(publisher, ecalId), app),
      ),
    ]
    const world = new World(publisher, service, persons, calendars, watchers)
    const event = await anEvent(publisher, calendars[0] ?? '')
    world.events.push(event)
    // One of them may invite, and one sees all of it as an invitation.
    const [writer, follower] = persons.map(({ ecalId }) => ecalId)
    await relate(service, event, writer ?? '', { permission: 'invited_write' })
    const follows = { calendarIds: calendars, permission: 'invited_read' }
    await publisher.api.post(`/subscriber/${follower}/subscriptions/add`, follows)
    world.watcher(0).heard((await service.get('/event-subscriptions?limit=0')).meta.sync_token)
    return world
  }

  /** Who is still there of them: 0 is the service. */
  watcher(at: number): Watcher {
    return pick(this.watchers, at)
  }

  async do(step: Step, except?: Watcher): Promise<void> {
    const { api } = this.publisher
    const person = 'person' in step ? pick(this.persons, step.person) : undefined
    const event = 'event' in step ? pick(this.events, step.event) : ''
    const calendar = 'calendar' in step ? pick(this.calendars, step.calendar) : ''
    const caller = 'by' in step ? this.watcher(step.by) : this.watcher(0)
    const me = person && this.watchers.find(({ viewer }) => viewer.personId === person.ecalId)
    // Who is looking right now can't write at once: the write's answer waits for the look.
    if (except && (caller === except || me === except)) return
    const id = `${event}_${person?.ecalId}`
    const timing = { startDate: '2040-05-01', startTime: '19:00', timezone: 'UTC' }
    switch (step.do) {
      case 'event': {
        const made = await api.post('/event', {
          name: this.name(),
          ...timing,
          calendarId: calendar,
          draft: step.draft,
        })
        if (made.status === 200) this.events.push(made.data.id)
        return ok(made.status)
      }
      case 'private event': {
        if (!person) return
        const made = await api.post(
          '/event',
          { name: this.name(), ...timing },
          { query: { ecal_id: person.ecalId } },
        )
        if (made.status === 200) this.events.push(made.data.id)
        return ok(made.status)
      }
      case 'invite':
        return this.as(caller, 'POST', '/event-subscriptions', {
          event_id: event,
          subscriber: { id: person?.ecalId, first_name: 'Given' },
          permission: step.write ? 'invited_write' : 'invited_read',
          is_invitation: step.invitation,
          message: this.name(),
        })
      case 'invite by e-mail':
        return this.as(caller, 'POST', '/event-subscriptions', {
          event_id: event,
          subscriber: { email: `guest${step.contact}@example.org`, last_name: 'Guest' },
        })
      case 'permission':
        return this.as(caller, 'PATCH', `/event-subscriptions/${id}`, { permission: step.permission })
      case 'acknowledge':
        return this.as(me ?? caller, 'PATCH', `/event-subscriptions/${id}`, {
          permission: step.write ? 'subscribed_write' : 'subscribed_read',
        })
      case 'answer':
        return this.as(me ?? caller, 'PATCH', `/event-subscriptions/${id}`, { rsvp_status: step.rsvp })
      case 'invitation':
        return this.as(caller, 'PATCH', `/event-subscriptions/${id}`, { is_invitation: step.is })
      case 'remove':
        return this.as(caller, 'DELETE', `/event-subscriptions/${id}`)
      case 'follow':
        return ok(
          (
            await api.post(`/subscriber/${person?.ecalId}/subscriptions/add`, {
              calendarIds: [calendar],
              ...(step.permission ? { permission: step.permission } : {}),
            })
          ).status,
        )
      case 'unfollow':
        return ok(
          (await api.post(`/subscriber/${person?.ecalId}/subscriptions/remove`, { calendarIds: [calendar] }))
            .status,
        )
      case 'draft calendar':
        return ok((await api.put(`/calendar/${calendar}`, { draft: step.draft })).status)
      case 'delete calendar':
        return ok((await api.delete(`/calendar/${calendar}`)).status)
      case 'calendar':
        this.calendars.push(await aCalendar(this.publisher, this.name()))
        return
      case 'change event':
        return ok((await api.put(`/event/${event}`, { name: `Name ${step.name}` })).status)
      case 'move event':
        return ok((await api.put(`/event/${event}`, { calendarId: calendar })).status)
      case 'delete event':
        return ok((await api.delete(`/event/${event}`)).status)
      case 'draft event':
        return ok((await api.put(`/event/${event}`, { draft: step.draft })).status)
      case 'names':
        return (
          me &&
          this.as(me, 'PATCH', '/persons/me', { first_name: step.name === 0 ? '' : `First ${step.name}` })
        )
      case 'own event': {
        if (!me) return
        const made = await me.app.post('/events', {
          title: this.name(),
          start: '2040-05-01T10:00:00Z',
          end: '2040-05-01T11:00:00Z',
          start_timezone: 'UTC',
          end_timezone: 'UTC',
        })
        if (made.status === 200) this.events.push(made.data[0].id)
        me.heard(made.meta?.sync_token)
        return ok(made.status)
      }
      case 'calendars of event':
        return this.as(caller, 'PATCH', `/events/${event}`, {
          calendar_ids: [...new Set(step.calendars.map((at) => pick(this.calendars, at)))],
        })
      case 'delete as app':
        return this.as(caller, 'DELETE', `/events/${event}`)
      case 'merge': {
        // Another person's address, or a placeholder's.
        const other = this.persons[1]
        if (!me || (except && other?.ecalId === except.viewer.personId)) return
        return this.merge(me, step.contact > 0 || !other ? `guest${step.contact}@example.org` : other.email)
      }
      case 'unsubscribe': {
        if (this.persons.length < 3 || !me || !person) return
        this.isGone(person.ecalId)
        return ok((await api.post(`/subscriber/${person.ecalId}/unsubscribe`)).status)
      }
      case 'read':
        return this.as(caller, 'GET', `/event-subscriptions/${event}_${this.persons[0]?.ecalId}`)
      case 'crash':
        return step.hard ? kill(caller.viewer) : evict(caller.viewer)
      case 'slow look': {
        await forgetLook(caller.viewer)
        const turns = [...step.meanwhile]
        const turn = async () => {
          const next = turns.shift()
          if (next) await this.do(next, caller)
        }
        return interrupted(caller.viewer, turn, () => this.as(caller, 'GET', '/event-subscriptions?limit=0'))
      }
      case 'sync':
        // The test's own.
        return
    }
  }

  /** A person proves a contact: who has no other one is merged into them. */
  private async merge(me: Watcher, email: string): Promise<void> {
    const asked = await me.app.post('/persons/me/contacts', { email })
    ok(asked.status)
    if (asked.status !== 202) return
    const code = await newestCode(me.viewer.personId ?? '')
    const confirmed = await me.app.post('/persons/me/contacts/confirm', { email, code })
    me.heard(confirmed.meta?.sync_token)
    ok(confirmed.status)
    for (const id of confirmed.meta?.merged_ids ?? []) this.isGone(id)
  }

  private isGone(id: string): void {
    const [person, watcher] = [
      this.persons.findIndex(({ ecalId }) => ecalId === id),
      this.watchers.findIndex(({ viewer }) => viewer.personId === id),
    ]
    if (person >= 0) this.persons.splice(person, 1)
    if (watcher >= 0) this.watchers.splice(watcher, 1)
  }

  private async as(who: Watcher, method: string, path: string, body?: unknown): Promise<void> {
    const answer = await who.app.call(method, path, body)
    who.heard(answer.meta?.sync_token)
    ok(answer.status)
    // A 404 tells no token, but its reader caught up all the same.
    if (method === 'GET' && answer.status !== 200) {
      who.heard((await who.app.get('/event-subscriptions?limit=0')).meta.sync_token)
    }
  }

  private name(): string {
    return `Event ${this.names++}`
  }
}

/** Rules may refuse a step; nothing may break. */
function ok(status: number): void {
  if (status >= 500) throw new Error(`a step answered ${status}`)
}

function pick<T>(all: readonly T[], at: number): T {
  const found = all[at % all.length]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}
