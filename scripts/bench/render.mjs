// `npm run bench:render`: our serializer beside ts-ics, ical-generator, ics and ical.js on the same events, and beside
// the floor: the time to encode the finished text as UTF-8. The libraries make text, ours the bytes that a feed sends.
// Rounds are interleaved; each ratio is the median of those of the rounds, of processor time, which other load on the
// machine changes little. What all wrote is read back and compared first.
import { cpus } from 'node:os'
import { importBundled } from './bundled.mjs'
import { differences } from './render-compare.mjs'
import { renderedEvents } from './render-events.mjs'
import { libraries } from './render-libraries.mjs'
import { meanTime, median } from './rounds.mjs'
import { printTable } from './table.mjs'

const ROUNDS = Number(process.env.ROUNDS || 15)
const ROUND_MS = Number(process.env.ROUND_MS || 100)

const { Octets, renderCalendar, renderEvent } = await importBundled('src/icalendar/index.ts')
const encoder = new TextEncoder()
const out = new Octets()

/** A calendar's bytes as a feed has them: event by event, then copied together. */
function render(events) {
  const zones = new Set()
  const parts = events.map((event) => {
    for (const zone of renderEvent(event, out)) zones.add(zone)
    return out.take()
  })
  return renderCalendar('Fixtures', zones, parts)
}

/** Reads the last character, so that a text that is only linked together is put in one piece. */
function finish(made) {
  if (typeof made === 'string') made.charCodeAt(made.length - 1)
}

function measure(count) {
  const events = renderedEvents(count)
  const bytes = render(events)
  const text = new TextDecoder().decode(bytes)
  const contenders = [
    { name: 'the floor: UTF-8 of the text', render: (finished) => encoder.encode(finished), input: text },
    { name: 'Daybook', render, input: events },
    ...libraries.map(({ prepare, ...library }) => ({ ...library, input: prepare(events) })),
  ]
  console.log(`\n${count} events, ${bytes.length} bytes\n`)
  for (const { name, render, input } of contenders.slice(2)) {
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
