// Batches of private events of several people: each is there as a whole or not at all.
import { ask, listAll, pause, unexpected } from '../world.mjs'
import { shownEvent } from './events.mjs'

/** The events of a batch, by key. */
async function listBatch(world, batch) {
  const rows = await listAll(world, `/apiv2/batch/events?referenceType=${batch.key}`)
  return new Map(rows.map((event) => [event.details, event]))
}

/** Reads a batch; one of which some events are as before a request and others as after it was done by half. */
async function lookAtBatch(world, batch) {
  const found = await listBatch(world, batch)
  const differing = new Set(batch.keys.map((key) => found.get(key)?.name ?? null))
  if (differing.size > 1)
    world.report.violate('never half', `batch ${batch.key} after ${batch.request}`, [...differing])
  for (const key of batch.keys) {
    const event = found.get(key)
    world.shelves.events.thing(key).seen(event ? shownEvent(event) : null, 'reads')
    if (event) batch.ids.set(key, event.id)
  }
  batch.name = found.get(batch.keys[0])?.name ?? null
}

function each(world, batch, act) {
  for (const [n, key] of batch.keys.entries()) act(world.shelves.events.thing(key), n)
}

async function create(world, random, batch, people) {
  const events = batch.keys.map((key) => ({
    name: batch.name,
    startDate: random.day(),
    allDay: true,
    details: key,
    referenceType: batch.key,
    ecalId: random.pick(people).ecalId,
  }))
  // A bad item keeps none of the others out.
  const items = random.chance(0.3) ? [...events, { name: '', startDate: 'never' }] : events
  const states = events.map(({ name, startDate, ecalId }) => ({
    name,
    startDate,
    sequence: 0,
    where: ecalId,
  }))
  const headers = { 'Idempotency-Key': `${world.seed}-${batch.key}` }
  batch.request = `POST /apiv2/batch/events ${batch.key}`
  for (let wasLost = false; ; ) {
    const answer = await ask(world, 'POST', '/apiv2/batch/events', { fields: { events: items }, headers })
    if (answer === null) {
      wasLost = true
      each(world, batch, (known, n) => known.perhaps(states[n], batch.request))
    } else if (answer.status === 200) {
      each(world, batch, (known, n) => known.told(states[n], batch.request))
      for (const [n, key] of batch.keys.entries()) batch.ids.set(key, answer.body.data[n].id)
      world.expectMessage('event.created', batch.name, batch.request)
      return
    } else if (answer.status === 409 && wasLost) {
      world.report.count('Idempotency-Keys in doubt')
      return lookAtBatch(world, batch)
    } else return unexpected(world, 'POST', '/apiv2/batch/events', answer, items)
    await pause(20)
  }
}

async function rename(world, batch, name) {
  const path = `/apiv2/events/${batch.key}`
  batch.request = `PUT ${path} ${name}`
  const answer = await ask(world, 'PUT', path, { fields: { name } })
  const next = ({ state }) => ({ ...state, name, sequence: state.sequence + 1 })
  if (answer === null) {
    each(world, batch, (known) => known.perhaps(next(known), batch.request))
    return lookAtBatch(world, batch)
  }
  if (answer.status !== 200) return unexpected(world, 'PUT', path, answer)
  each(world, batch, (known) => known.told(next(known), batch.request))
  batch.name = name
  world.expectMessage('event.updated', name, batch.request)
}

async function remove(world, batch) {
  const ids = [...batch.ids.values()]
  batch.request = `DELETE /apiv2/batch/events ${batch.key}`
  const answer = await ask(world, 'DELETE', '/apiv2/batch/events', { fields: { ids } })
  if (answer === null) {
    each(world, batch, (known) => known.perhaps(null, batch.request))
    return lookAtBatch(world, batch)
  }
  if (answer.status !== 200) return unexpected(world, 'DELETE', '/apiv2/batch/events', answer)
  each(world, batch, (known) => known.told(null, batch.request))
  for (const id of ids) world.expectMessage('event.deleted', id, batch.request)
  batch.name = null
}

/** A client system that brings many events at once. */
export async function keepBatches(world, name, people) {
  const random = world.random(name)
  let batches = []
  for (let number = 0; !world.over; number++) {
    const batch = batches.length > 0 ? random.pick(batches) : null
    if (batch === null || batches.length < 3) {
      const key = `${name}-${number}`
      const keys = Array.from({ length: 2 + random.below(7) }, (_, n) => `${key}-${n}`)
      const made = { key, keys, name: `${key} v0`, ids: new Map(), request: '' }
      await create(world, random, made, people)
      batches.push(made)
    } else if (random.chance(0.4)) await remove(world, batch)
    else await rename(world, batch, `${batch.key} v${number}`)
    batches = batches.filter((each) => each.name !== null)
    await pause(random.between(20, 120))
  }
}
