// Every acknowledged write is there, and nothing that nobody asked for.
import { listEvents, shownEvent } from '../actors/events.mjs'
import { lookAtPair } from '../actors/merges.mjs'
import { listOwnEvents } from '../actors/own-events.mjs'
import { lookAtFollows } from '../actors/people.mjs'
import { listRelations } from '../actors/relations.mjs'
import { insist } from '../world.mjs'

async function checkEvents(world) {
  const places = [
    ...world.people.map(({ ecalId }) => ({ ecalId })),
    ...world.calendars.map((calendarId) => ({ calendarId })),
  ]
  const found = new Map()
  for (const place of places) {
    for (const [key, event] of await listEvents(world, place)) found.set(key, shownEvent(event))
  }
  world.shelves.events.seenAll(found, 'writes')
  world.report.count('events compared', world.shelves.events.size)
}

/** Answers the ids of the owners' relations. */
async function checkOwnEvents(world) {
  const found = new Map()
  const owners = []
  for (const { ecalId, token } of world.viewers) {
    const headers = { Authorization: `Token ${token}` }
    for (const [key, { id, title }] of await listOwnEvents(world, headers, ecalId)) {
      found.set(key, title)
      owners.push(`${id}_${ecalId}`)
    }
  }
  world.shelves.ownEvents.seenAll(found, 'writes')
  return owners
}

/** The relations that the service's clients made, and that of each owner to the own event. */
async function checkRelations(world, owners) {
  const found = await listRelations(world)
  for (const id of owners) {
    if (found.get(id)?.permission !== 'subscribed_write')
      world.report.violate('never half', `an own event without its owner's relation ${id}`, found.get(id))
    found.delete(id)
  }
  world.shelves.relations.seenAll(found, 'writes')
}

/** Who signed up is there under the e-mail, once, and the address that was answered is a feed. */
async function checkPeople(world) {
  for (const [email, known] of world.shelves.people) {
    const { body } = await insist(world, 'GET', `/apiv2/subscriber?email=${encodeURIComponent(email)}`)
    known.seen(body.data.length === 0 ? null : 'somebody', 'writes')
    const signedUp = world.signedUp.get(email)
    if (body.data.length > 1 || (signedUp && body.data[0]?.id !== signedUp.ecalId))
      world.report.violate(
        'one effect',
        `${email} signed up as somebody else, or twice`,
        body.data.map(({ id }) => id),
      )
    if (!signedUp) continue
    const feed = await insist(world, 'GET', signedUp.feedPath)
    const welcomes = feed.text.split('SUMMARY:Your calendar is connected').length - 1
    if (feed.status !== 200 || welcomes !== 1)
      world.report.violate(
        'writes',
        `the feed of ${email} answers ${feed.status} with ${welcomes} Welcome Events`,
      )
  }
}

async function checkSessions(world) {
  for (const cookie of world.sessions) {
    const { status } = await insist(world, 'GET', '/portal', { headers: { Cookie: cookie } })
    if (status !== 200) world.report.violate('writes', `an open session of the portal answers ${status}`)
  }
}

export async function checkWrites(world) {
  await checkEvents(world)
  await checkRelations(world, await checkOwnEvents(world))
  for (const { ecalId } of world.people) await lookAtFollows(world, ecalId)
  await checkPeople(world)
  for (const [email, pair] of world.pairs) await lookAtPair(world, email, pair)
  await checkSessions(world)
}
