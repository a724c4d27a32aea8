// Staff who keep events by the forms of the portal: a form that is sent again, because its answer was lost, has its
// effect once, and what it did stands in the audit.
import { randomBytes } from 'node:crypto'
import { insist, pause, unexpected } from '../world.mjs'
import { lookAtEvent, shownEvent } from './events.mjs'
import { sendForm, signIn } from './portal.mjs'

const FEW = 4
const MANY = 10

async function makeEvent(world, random, staff, key, where) {
  const known = world.shelves.events.thing(key)
  const fields = { name: `${key} v0`, startDate: random.day(), details: key }
  const path = where.ecalId
    ? `/portal/subscribers/${where.ecalId}/private-events`
    : `/portal/calendars/${where.calendarId}/events`
  const formId = randomBytes(16).toString('hex')
  const { answer } = await sendForm(world, staff, path, { ...fields, formId })
  const [, id] =
    /^\/portal\/events\/([0-9a-f]{24})$/.exec(answer.response.headers.get('Location') ?? '') ?? []
  if (answer.status !== 303 || id === undefined) return unexpected(world, 'POST', path, answer, fields)
  const request = `POST ${path} ${key}`
  known.told(
    { name: fields.name, startDate: fields.startDate, sequence: 0, where: where.ecalId ?? where.calendarId },
    request,
  )
  world.expectMessage('event.created', fields.name, request)
  const audited = where.ecalId ? `subscriber.event_created ${where.ecalId}` : `event.created ${id}`
  world.audited.set(audited, (world.audited.get(audited) ?? 0) + 1)
  const event = { key, id, known, version: 0 }
  const { status, body } = await insist(world, 'GET', `/apiv2/event/${id}`)
  known.seen(status === 200 ? shownEvent(body.data) : null, 'reads')
  return event
}

async function deleteEvent(world, staff, event) {
  const path = `/portal/events/${event.id}/delete`
  const { answer, wasLost } = await sendForm(world, staff, path, { confirm: 'yes' })
  const isGone = answer.status === 303 || (wasLost && answer.status === 404)
  if (!isGone) return unexpected(world, 'POST', path, answer)
  event.known.told(null, `POST ${path}`)
  world.expectMessage('event.deleted', event.id, `POST ${path}`)
}

/** A member of staff at work on the events of some people (`{ecalId}`) or calendars (`{calendarId}`). */
export async function keepByForms(world, name, places) {
  const random = world.random(name)
  // Another link where a crash used one up.
  let staff = null
  for (let tries = 0; staff === null && !world.over; tries++)
    staff = await signIn(world, `${name}-${tries}`, 'Admin')
  const live = []
  for (let number = 0; staff !== null && !world.over; number++) {
    const event = live.length > 0 ? random.pick(live) : null
    if (event === null || live.length < FEW || (live.length < MANY && random.chance(0.5))) {
      const made = await makeEvent(world, random, staff, `${name}-${number}`, random.pick(places))
      if (made) live.push(made)
    } else {
      await deleteEvent(world, staff, event)
      if (random.chance(0.3)) await lookAtEvent(world, event)
      live.splice(live.indexOf(event), 1)
    }
    world.report.count('forms that staff sent')
    await pause(random.between(200, 700))
  }
}
