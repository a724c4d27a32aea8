// Every feed has what the API lists: the same events, each as often changed, under the same name.
import { insist, listAll } from '../world.mjs'

/** The events of a feed by id; of tombstones none. */
function eventsOf(text) {
  const lines = text.replaceAll('\r\n ', '').split('\r\n')
  const found = new Map()
  let event = null
  for (const line of lines) {
    const [, name, value] = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/.exec(line) ?? []
    if (line === 'BEGIN:VEVENT') event = {}
    else if (line === 'END:VEVENT') {
      if (event.STATUS !== 'CANCELLED') found.set(event.UID.replace('@daybook', ''), event)
      event = null
    } else if (event && !(name in event)) event[name] = value
  }
  return found
}

const escaped = (text) => text.replace(/[\\;,]/g, (char) => `\\${char}`)

/** What the API lists for a person: own events and those of calendars followed, and those of direct relations. */
async function listedFor(world, { ecalId, token }) {
  const rows = await listAll(world, `/apiv2/event?ecal_id=${ecalId}&showPastEvents=true`)
  const listed = new Map(rows.map(({ id, name, sequence }) => [id, { name, sequence }]))
  if (token === '') return listed
  const headers = { Authorization: `Token ${token}` }
  for (let offset = 0; ; offset += 100) {
    const { body } = await insist(world, 'GET', `/events?limit=100&offset=${offset}`, { headers })
    for (const { id, title, rsvp_status: rsvp } of body.data) {
      if (rsvp === 'not_attending') listed.delete(id)
      else listed.set(id, { sequence: listed.get(id)?.sequence, name: title })
    }
    if (body.data.length < 100) return listed
  }
}

async function checkFeed(world, person, isMine) {
  const { report } = world
  const { text } = await insist(world, 'GET', person.feedPath)
  const feed = eventsOf(text)
  const listed = await listedFor(world, person)
  const isComplete = person.token !== ''
  for (const [id, { name, sequence }] of listed) {
    const event = feed.get(id)
    const isSame =
      event?.SUMMARY === escaped(name) && (sequence === undefined || Number(event.SEQUENCE) === sequence)
    if (!isSame)
      report.violate('feeds', `${person.feedPath} shows ${id} otherwise`, { event, name, sequence })
  }
  for (const [id, event] of feed)
    if (!listed.has(id) && (isComplete || !isMine.has(`${id}_${person.ecalId}`)))
      report.violate('feeds', `${person.feedPath} has ${id}, which is not listed`, event)
  report.count('events of feeds compared', listed.size)
}

async function checkCalendar(world, calendarId) {
  const { data } = (await insist(world, 'GET', `/apiv2/calendar/${calendarId}`)).body
  const { text } = await insist(world, 'GET', new URL(data.feed).pathname)
  const feed = eventsOf(text)
  const rows = await listAll(world, `/apiv2/event?calendarIds=${calendarId}&showPastEvents=true`)
  const wanted = rows.map(({ id, name, sequence }) => `${id} ${escaped(name)} ${sequence}`).sort()
  const shown = [...feed].map(([id, { SUMMARY, SEQUENCE }]) => `${id} ${SUMMARY} ${SEQUENCE}`).sort()
  if (JSON.stringify(wanted) !== JSON.stringify(shown))
    world.report.violate('feeds', `calendar ${calendarId} differs from its list`, { wanted, shown })
}

export async function checkFeeds(world) {
  for (const person of world.people) await checkFeed(world, person, world.shelves.relations)
  for (const calendarId of world.calendars) await checkCalendar(world, calendarId)
}
