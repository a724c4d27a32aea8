// Private and public events, one by one: made with an Idempotency-Key, changed, moved, deleted.
import { ask, insist, listAll, pause, unexpected } from '../world.mjs'

const FEW = 8
const MANY = 20

/** What a client knows of an event. Its key stands in `details`, and never changes. */
export const shownEvent = (event) => ({
  name: event.name,
  startDate: event.startDate,
  sequence: event.sequence,
  where: event.ecalId || event.calendarId,
})

const queryOf = (where) => (where.ecalId ? `ecal_id=${where.ecalId}` : `calendarIds=${where.calendarId}`)

/** Every event of a person's own or of a calendar, by key; one key twice is one effect too many. */
export async function listEvents(world, where, options) {
  const type = where.ecalId ? '&type=private' : ''
  const rows = await listAll(world, `/apiv2/event?${queryOf(where)}${type}&showPastEvents=true`, options)
  const own = rows.filter(({ referenceType }) => referenceType !== 'welcome' && referenceType !== 'schedule')
  const found = new Map()
  for (const event of own) {
    if (found.has(event.details)) world.report.violate('one effect', `two events are ${event.details}`, event)
    found.set(event.details, event)
  }
  return found
}

/** Reads an event and holds it against what is known. */
export async function lookAtEvent(world, event) {
  const { status, body } = await insist(world, 'GET', `/apiv2/event/${event.id}`)
  event.known.seen(status === 200 ? shownEvent(body.data) : null, 'reads')
}

/** Holds an answer against the state that it was to bring about. */
function told(known, state, answered, request) {
  known.told(state, request)
  known.seen(answered, 'answers')
}

/** Makes an event, as often as it takes: each repeat has the same key and the same bytes. Null where none was made. */
export async function createEvent(world, random, key, where) {
  const known = world.shelves.events.thing(key)
  const fields = { name: `${key} v0`, startDate: random.day(), allDay: true, details: key }
  if (where.calendarId) fields.calendarId = where.calendarId
  if (random.chance(0.5)) fields.reference = key
  const state = {
    name: fields.name,
    startDate: fields.startDate,
    sequence: 0,
    where: where.ecalId ?? where.calendarId,
  }
  const path = where.ecalId ? `/apiv2/event?ecal_id=${where.ecalId}` : '/apiv2/event'
  const request = `POST ${path} ${key}`
  const headers = { 'Idempotency-Key': `${world.seed}-${key}` }
  for (let wasLost = false; ; ) {
    const answer = await ask(world, 'POST', path, { fields, headers })
    if (answer === null) {
      known.perhaps(state, request)
      wasLost = true
    } else if (answer.status === 200) {
      told(known, state, shownEvent(answer.body.data), request)
      world.expectMessage('event.created', fields.name, request)
      return { key, id: answer.body.data.id, known, version: 0 }
    } else if (answer.status === 409 && wasLost) {
      // It died while it held the key, before the effect or after it: the list tells which.
      world.report.count('Idempotency-Keys in doubt')
      const event = (await listEvents(world, where)).get(key)
      known.seen(event ? shownEvent(event) : null, 'reads')
      return event ? { key, id: event.id, known, version: 0 } : null
    } else {
      unexpected(world, 'POST', path, answer, fields)
      return null
    }
    await pause(20)
  }
}

async function changeEvent(world, random, event, calendars) {
  const name = `${event.key} v${++event.version}`
  const fields = { name, ...(random.chance(0.5) ? { startDate: random.day() } : {}) }
  if (calendars.length > 0 && random.chance(0.2)) fields.calendarId = random.pick(calendars)
  const { calendarId, ...texts } = fields
  const before = event.known.state
  const state = { ...before, ...texts, sequence: before.sequence + 1, where: calendarId ?? before.where }
  const request = `PUT /apiv2/event/${event.id} ${name}`
  const answer = await ask(world, 'PUT', `/apiv2/event/${event.id}`, { fields })
  if (answer === null) event.known.perhaps(state, request)
  else if (answer.status !== 200) unexpected(world, 'PUT', `/apiv2/event/${event.id}`, answer, fields)
  else {
    told(event.known, state, shownEvent(answer.body.data), request)
    world.expectMessage('event.updated', name, request)
  }
}

async function deleteEvent(world, event) {
  const path = `/apiv2/event/${event.id}`
  const answer = await ask(world, 'DELETE', path)
  if (answer === null) event.known.perhaps(null, `DELETE ${path}`)
  else if (answer.status !== 200) unexpected(world, 'DELETE', path, answer)
  else {
    event.known.told(null, `DELETE ${path}`)
    world.expectMessage('event.deleted', event.id, `DELETE ${path}`)
  }
}

/** A client system at work on the events of some people (`{ecalId}`) or calendars (`{calendarId}`). */
export async function keepEvents(world, name, places) {
  const random = world.random(name)
  const calendars = places.flatMap(({ calendarId }) => calendarId ?? [])
  const live = []
  for (let number = 0; !world.over; number++) {
    const event = live.length > 0 ? random.pick(live) : null
    if (event === null || live.length < FEW || (live.length < MANY && random.chance(0.35))) {
      const made = await createEvent(world, random, `${name}-${number}`, random.pick(places))
      if (made) live.push(made)
    } else {
      if (random.chance(0.3)) await deleteEvent(world, event)
      else await changeEvent(world, random, event, calendars)
      if (!event.known.isCertain || random.chance(0.15)) await lookAtEvent(world, event)
      if (event.known.state === null) live.splice(live.indexOf(event), 1)
    }
    await pause(random.between(5, 60))
  }
}
