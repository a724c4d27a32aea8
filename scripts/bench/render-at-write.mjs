// `npm run bench:render-at-write`: a cold fragment from the rows of its events, rendered when it is read, beside the same
// from texts that were rendered when the events were written and are kept with the rows. It begins with the answer of
// D1 as it comes to the Worker, JSON of columns and rows, and ends with the fragment.
import { cpus } from 'node:os'
import { importBundled } from './bundled.mjs'
import { renderedEvents } from './render-events.mjs'
import { meanTime, median } from './rounds.mjs'
import { printTable } from './table.mjs'

const ROUNDS = Number(process.env.ROUNDS || 15)
const ROUND_MS = Number(process.env.ROUND_MS || 100)

const { toFeedEvents } = await importBundled('src/domain/feeds/events.ts')
const { joinPieces, renderPieces } = await importBundled('src/surfaces/feed/fragment.ts')
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** `startsAt` as its column is named. */
const columnOf = (field) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** An event as its row has it; the calendar has its categories. */
function toRow({ alerts, cancelledTombstone: _, quickLinks, categories: __, allDay, ...event }) {
  const [alert = '', alert2 = ''] = alerts
  const fields = { ...event, allDay: Number(allDay), quickLinks: JSON.stringify(quickLinks), alert, alert2 }
  const row = {
    ...fields,
    categories: '',
    deletedAt: null,
    recurrence: '',
    exceptions: '[]',
    inCalendar: 'a'.repeat(24),
  }
  return Object.fromEntries(Object.entries(row).map(([field, value]) => [columnOf(field), value]))
}

/** Rows as D1 sends them. */
function toAnswer(rows) {
  return JSON.stringify({ columns: Object.keys(rows[0] ?? {}), rows: rows.map(Object.values) })
}

/** Rows as its client makes them of that. */
function fromAnswer(answer) {
  const { columns, rows } = JSON.parse(answer)
  return rows.map((values) => Object.fromEntries(columns.map((column, at) => [column, values[at]])))
}

const renderedAtRead = (answer, categories) =>
  joinPieces(renderPieces(toFeedEvents([fromAnswer(answer)]), categories))

const renderedAtWrite = (answer) =>
  joinPieces(
    fromAnswer(answer).map(({ id, starts_at: startsAt, deleted_at: deletedAt, zones, text }) => ({
      ...{ id, startsAt, bytes: encoder.encode(text), zones: zones.split(' '), isGone: deletedAt !== null },
    })),
  )

const table = []
for (const count of [200, 2_000]) {
  const events = renderedEvents(count)
  const [{ categories }] = events
  const rows = events.map(toRow)
  const kept = rows.map((row) => {
    const [{ bytes, zones }] = renderPieces(toFeedEvents([[row]]), categories)
    const { id, starts_at, deleted_at, in_calendar } = row
    return { id, starts_at, deleted_at, in_calendar, zones: zones.join(' '), text: decoder.decode(bytes) }
  })
  const [atRead, atWrite] = [toAnswer(rows), toAnswer(kept)]
  const expected = renderedAtRead(atRead, categories).bytes
  if (Buffer.compare(expected, renderedAtWrite(atWrite).bytes) !== 0) throw new Error('the fragments differ')
  const ways = [
    { way: 'rendered at read', answer: atRead, make: () => renderedAtRead(atRead, categories) },
    { way: 'rendered at write', answer: atWrite, make: () => renderedAtWrite(atWrite) },
    { way: 'the answer parsed alone, at read', answer: atRead, make: () => fromAnswer(atRead) },
    { way: 'the answer parsed alone, at write', answer: atWrite, make: () => fromAnswer(atWrite) },
  ]
  const times = ways.map(() => [])
  for (let round = -3; round < ROUNDS; round++) {
    for (const [at, { make }] of ways.entries()) {
      const time = meanTime(make, ROUND_MS)
      if (round >= 0) times[at].push(time)
    }
  }
  for (const [at, { way, answer }] of ways.entries()) {
    table.push({
      'cold fragment': way,
      events: count,
      'processor (ms)': median(times[at]).toFixed(2),
      'to at read': median(times[at].map((time, round) => time / times[0][round])).toFixed(2),
      'answer of D1 (bytes)': Buffer.byteLength(answer),
      'fragment (bytes)': expected.length,
    })
  }
}
const { model } = cpus()[0] ?? { model: 'unknown' }
console.log(`${cpus().length} × ${model}; Node ${process.version}; ${ROUNDS} rounds\n`)
printTable(table)
