// Events that people make themselves, with their own tokens.
import { ask, insist, pause, unexpected } from '../world.mjs'

const times = {
  start: '2042-02-12T18:00:00Z',
  end: '2042-02-12T20:00:00Z',
  start_timezone: 'Europe/Amsterdam',
  end_timezone: 'Europe/Amsterdam',
}

/** The person's own events by key, which is their description. */
export async function listOwnEvents(world, headers, me, options) {
  const found = new Map()
  for (let offset = 0; ; offset += 100) {
    const { body } = await insist(world, 'GET', `/events?limit=100&offset=${offset}`, { headers, ...options })
    for (const event of body.data) if (event.creator?.id === me) found.set(event.description, event)
    if (body.data.length < 100) return found
  }
}

/** A person's app at work. */
export async function keepOwnEvents(world, name, person) {
  const random = world.random(name)
  const headers = { Authorization: `Token ${person.token}` }
  const live = new Map()

  const look = async (key) => {
    const found = (await listOwnEvents(world, headers, person.ecalId)).get(key)
    world.shelves.ownEvents.thing(key).seen(found?.title ?? null, 'reads')
    if (found) live.set(key, found.id)
    else live.delete(key)
  }

  /** Sends a write; where it isn't answered, looks what became of it. */
  const write = async (method, path, fields, key, after, type) => {
    const known = world.shelves.ownEvents.thing(key)
    const request = `${method} ${path} ${after ?? key}`
    const answer = await ask(world, method, path, { fields, headers })
    if (answer === null) {
      known.perhaps(after, request)
      return look(key)
    }
    if (answer.status >= 300) return unexpected(world, method, path, answer, fields)
    known.told(after, request)
    const id = answer.body?.data[0].id ?? live.get(key)
    if (after === null) live.delete(key)
    else live.set(key, id)
    world.expectMessage(type, after ?? id, request)
  }

  for (let number = 0; !world.over; number++) {
    const keys = [...live.keys()]
    const key = keys.length > 0 ? random.pick(keys) : null
    if (key === null || (keys.length < 8 && random.chance(0.4))) {
      const made = `${name}-${number}`
      const fields = { title: `${made} v0`, description: made, ...times }
      await write('POST', '/events', fields, made, fields.title, 'event.created')
    } else if (random.chance(0.4)) {
      await write('DELETE', `/events/${live.get(key)}`, undefined, key, null, 'event.deleted')
    } else {
      const title = `${key} v${number}`
      await write('PATCH', `/events/${live.get(key)}`, { title }, key, title, 'event.updated')
    }
    await pause(random.between(40, 200))
  }
}
