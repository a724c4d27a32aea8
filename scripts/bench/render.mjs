// `npm run bench:render`: our serializer beside ts-ics, ical-generator, ics and ical.js on the same events, and beside
// the floor: the time to encode the finished text as UTF-8. Rounds are interleaved; each ratio is the median of those
// of the rounds, of processor time, which other load on the machine changes little. What all wrote is read back and
// compared first.
import { cpus } from 'node:os'
import { importBundled } from './bundled.mjs'
import { differences } from './render-compare.mjs'
import { renderedEvents } from './render-events.mjs'
import { libraries } from './render-libraries.mjs'
import { meanTime, median } from './rounds.mjs'
import { printTable } from './table.mjs'

const ROUNDS = Number(process.env.ROUNDS || 15)
const ROUND_MS = Number(process.env.ROUND_MS || 100)

const { renderCalendar, renderEvent } = await importBundled('src/icalendar/index.ts')
const { joinBytes } = await importBundled('src/surfaces/feed/fragment.ts')
const encoder = new TextEncoder()

/** A calendar's text: event by event, then in one piece. */
function renderText(events) {
  const zones = new Set()
  const texts = events.map((event) => {
    const { text, zones: named } = renderEvent(event)
    for (const zone of named) zones.add(zone)
    return text
  })
  return renderCalendar('Fixtures', zones, texts)
}

/** The same as a feed is made: each event is encoded for itself, and the bytes are copied together. */
function renderBytes(events) {
  const zones = new Set()
  const parts = events.map((event) => {
    const { text, zones: named } = renderEvent(event)
    for (const zone of named) zones.add(zone)
    return encoder.encode(text)
  })
  const frame = encoder.encode(renderCalendar('Fixtures', zones, []))
  const footer = frame.length - 'END:VCALENDAR\r\n'.length
  return joinBytes([frame.subarray(0, footer), ...parts, frame.subarray(footer)])
}

/** Reads the last character, so that a text that is only linked together is put in one piece. */
function finish(made) {
  if (typeof made === 'string') made.charCodeAt(made.length - 1)
}

function measure(count) {
  const events = renderedEvents(count)
  const text = renderText(events)
  const bytes = encoder.encode(text)
  if (Buffer.compare(renderBytes(events), bytes) !== 0) throw new Error('text and bytes differ')
  const contenders = [
    { name: 'the floor: UTF-8 of the text', render: (finished) => encoder.encode(finished), input: text },
    { name: 'Daybook', render: renderText, input: events },
    { name: 'Daybook, encoded', render: renderBytes, input: events },
    ...libraries.map(({ name, prepare, render }) => ({ name, render, input: prepare(events) })),
  ]
  console.log(`\n${count} events, ${bytes.length} bytes\n`)
  for (const { name, render, input } of contenders.slice(3)) {
    const found = Object.entries(differences(text, render(input)))
    const told = found.map(([field, times]) => `${field} of ${times} events`).join(', ')
    console.log(`${name} says ${found.length === 0 ? 'the same' : `otherwise: ${told}`}`)
  }
  const times = contenders.map(() => [])
  for (let round = -2; round < ROUNDS; round++) {
    // Each starts a round once, so that none always follows the same one.
    for (const [step] of contenders.entries()) {
      const at = (step + round + contenders.length) % contenders.length
      const { render, input } = contenders[at]
      const time = meanTime(() => finish(render(input)), ROUND_MS)
      if (round >= 0) times[at].push(time)
    }
  }
  const ratio = (at, base) => median(times[at].map((time, round) => time / times[base][round]))
  console.log('')
  printTable(
    contenders.map(({ name }, at) => ({
      serializer: name,
      'processor (ms)': median(times[at]).toFixed(2),
      'µs an event': ((median(times[at]) * 1000) / count).toFixed(2),
      'to the floor': ratio(at, 0).toFixed(2),
      'to Daybook': ratio(at, 1).toFixed(2),
    })),
  )
}

const { model } = cpus()[0] ?? { model: 'unknown' }
console.log(`${cpus().length} × ${model}; Node ${process.version}; ${ROUNDS} rounds`)
for (const count of [1_000, 10_000]) measure(count)
