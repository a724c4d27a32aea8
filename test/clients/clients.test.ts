import { describe, inject, it } from 'vitest'
import { demo } from '../../scripts/demo-data.mjs'
import { signUrl } from '../../scripts/signing.mjs'
import { assertStrictICalendar } from '../support/icalendar-checker'
import { expected, occurrences, texts } from './events'
import { inOrder } from './occurrences'
import { clients } from './readers'

/** A calendar published by the API, and read by calendar apps that others made. */
const origin = inject('origin')

async function post(path: string, fields: object): Promise<string> {
  const body = JSON.stringify(fields)
  const { apiKey, secret } = demo
  const url = signUrl({ method: 'POST', url: `${origin}/apiv2${path}`, body, apiKey, secret })
  const response = await fetch(url, { method: 'POST', body })
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`)
  const { data } = (await response.json()) as { data: { id: string } }
  return data.id
}

/** Publishes the events, and answers the address of their feed and its text. */
async function publish(): Promise<{ url: string; text: string }> {
  const calendarId = await post('/calendar', { name: 'All kinds of events' })
  for (const { event } of expected) await post('/event', { ...event, calendarId })
  const url = `${origin}/calendars/${calendarId}/all-kinds.ics`
  return { url, text: await (await fetch(url)).text() }
}

const feed = await publish()

describe('the feed', () => {
  it('is as RFC 5545 wants it', () => assertStrictICalendar(feed.text))
})

/** What events that repeat are called. */
const repeating = new Set(
  expected
    .filter(({ event }) => 'recurrence' in event)
    .flatMap(({ event, shows }) => [
      event.name,
      ...shows.map((shown) => ('summary' in shown ? shown.summary : event.name)),
    ]),
)

describe.for(clients)('$name', (client) => {
  const known = <Shown extends { summary: string }>(all: readonly Shown[]) =>
    client.knowsSeries ? all : all.filter(({ summary }) => !repeating.has(summary))

  it.runIf(client.isInstalled)('shows every occurrence at its time', ({ expect }) => {
    const { occurrences: found, texts: read } = client.read(feed.url, feed.text)
    expect(inOrder(known(found))).toEqual(inOrder(known(occurrences)))
    if (read) expect(read).toContainEqual(texts)
  })
})
