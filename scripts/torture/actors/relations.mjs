// Event subscriptions: a service invites people and changes its mind, people answer.
import { ask, insist, pause, unexpected } from '../world.mjs'
import { createEvent } from './events.mjs'

const PATH = '/event-subscriptions'
const EVENTS = 3

export const shownRelation = ({ permission, is_invitation, rsvp_status }) => ({
  permission,
  isInvitation: is_invitation,
  rsvp: rsvp_status,
})

/** Every direct relation, as the service lists them. */
export async function listRelations(world, options) {
  const found = new Map()
  for (let offset = 0; ; offset += 100) {
    const path = `${PATH}?limit=100&offset=${offset}`
    const { body } = await insist(world, 'GET', path, { headers: world.bearer, ...options })
    for (const item of body.data) found.set(item.id, shownRelation(item))
    if (body.data.length < 100) return found
  }
}

const half = (permission) => permission.split('_')

/** Something that the service or the person may do next: a request, and the state after it. */
function nextAct(random, relation, state) {
  const { id, eventId, person } = relation
  if (state === null) {
    const isInvitation = random.chance(0.7)
    const permission = random.pick(['invited_read', 'invited_write'])
    const fields = {
      event_id: eventId,
      subscriber: { id: person.ecalId },
      is_invitation: isInvitation,
      permission,
    }
    const after = { permission, isInvitation, rsvp: isInvitation ? 'not_replied' : null }
    return { method: 'POST', path: PATH, fields, after, type: 'created' }
  }
  const [acknowledged, access] = half(state.permission)
  if (random.chance(0.25)) return { method: 'DELETE', path: `${PATH}/${id}`, after: null, type: 'removed' }
  if (person.token !== '' && random.chance(0.5)) {
    const rsvp = random.pick(['attending', 'not_attending', 'not_replied'])
    const permission = rsvp === 'attending' ? `subscribed_${access}` : state.permission
    const headers = { Authorization: `Token ${person.token}` }
    const after = { ...state, permission, rsvp }
    return {
      method: 'PATCH',
      path: `${PATH}/${id}`,
      fields: { rsvp_status: rsvp },
      headers,
      after,
      type: 'updated',
    }
  }
  const permission = `${acknowledged}_${access === 'read' ? 'write' : 'read'}`
  const fields = { event_id: eventId, subscriber: { id: person.ecalId }, permission }
  return { method: 'PUT', path: `${PATH}/${id}`, fields, after: { ...state, permission }, type: 'updated' }
}

async function act(world, random, relation) {
  const { id, known } = relation
  const { method, path, fields, headers = world.bearer, after, type } = nextAct(random, relation, known.state)
  const request = `${method} ${PATH}/${id}`
  const before = known.state
  const answer = await ask(world, method, path, { fields, headers })
  if (answer === null) {
    known.perhaps(after, request)
    const { status, body } = await insist(world, 'GET', `${PATH}/${id}`, { headers: world.bearer })
    known.seen(status === 200 ? shownRelation(body.data[0]) : null, 'reads')
    return
  }
  if (answer.status !== (method === 'DELETE' ? 204 : 200))
    return unexpected(world, method, path, answer, fields)
  known.told(after, request)
  if (after !== null) known.seen(shownRelation(answer.body.data[0]), 'answers')
  if (JSON.stringify(before) === JSON.stringify(after)) return
  const about = after === null ? id : `${id} ${after.permission} ${after.rsvp}`
  world.expectMessage(`event_subscription.${type}`, about, request)
}

/** An app at work on the relations of some people to events of its own. */
export async function keepRelations(world, name) {
  const random = world.random(name)
  const relations = []
  for (let number = 0; number < EVENTS && !world.over; number++) {
    const event = await createEvent(world, random, `${name}-${number}`, {
      calendarId: random.pick(world.calendars),
    })
    if (!event) continue
    for (const person of world.people.slice(0, 7)) {
      const id = `${event.id}_${person.ecalId}`
      relations.push({ id, eventId: event.id, person, known: world.shelves.relations.thing(id) })
    }
  }
  while (!world.over) {
    await act(world, random, random.pick(relations))
    await pause(random.between(20, 120))
  }
}
