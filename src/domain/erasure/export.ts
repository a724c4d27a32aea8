import { getTableColumns, getTableName } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Row } from '../../platform/d1'
import { fromColumns } from '../columns'
import type { Context } from '../context'
import { DomainError } from '../errors'
import { findErasable } from './begin'
import { exportedChanges, exportedDeliveries } from './export-log'
import { type Exported, exportedTables } from './export-tables'
import { about, readKnownIds } from './person'

/** Rows that one question reads. */
const A_PAGE = 200

/**
 * All that is stored of a person, as the text of one JSON object, piece by piece: nothing is held but a page. Secrets
 * are told of, and never shown. @throws DomainError `not_found`, also for one who was erased
 */
export async function readPersonExport(ctx: Context, ecalId: string): Promise<AsyncGenerator<string>> {
  const { id, looks } = await findErasable(ctx, ecalId)
  if (looks !== null) throw new DomainError('not_found')
  return pieces(ctx, id)
}

async function* pieces(ctx: Context, id: string): AsyncGenerator<string> {
  const known = await readKnownIds(ctx, id)
  yield `{"ecalId":${JSON.stringify(id)},"exportedAt":${JSON.stringify(new Date(ctx.now).toISOString())}`
  for (const { name, ...rows } of exportedTables) {
    yield* list(name, rowsOf(ctx, id, rows))
  }
  yield* list('changes', exportedChanges(ctx, id, known))
  yield* list('deliveries', exportedDeliveries(ctx, id, known))
  yield '}'
}

/** One member of the object: an array, a page at a time. */
async function* list(name: string, pages: AsyncIterable<readonly object[]>): AsyncGenerator<string> {
  yield `,${JSON.stringify(name)}:[`
  let separator = ''
  for await (const page of pages) {
    if (page.length === 0) continue
    yield separator + page.map((item) => JSON.stringify(item)).join(',')
    separator = ','
  }
  yield ']'
}

async function* rowsOf(
  ctx: Context,
  id: string,
  { table, where, only }: Omit<Exported, 'name'>,
): AsyncGenerator<Record<string, unknown>[]> {
  let after = 0
  for (;;) {
    const { results } = await about(ctx, id)(
      `SELECT x.rowid AS place, x.* FROM ${getTableName(table)} x
       WHERE +x.publisher_id = ?2 AND +x.rowid > ?3 AND (${where}) ORDER BY +x.rowid LIMIT ${A_PAGE}`,
      after,
    ).all<Row>()
    yield results.map((row) => shown(table, row, only))
    const last = results.at(-1)
    if (!last || results.length < A_PAGE) return
    after = Number(last.place)
  }
}

/** Secrets, what is known of them, and marks of our own. */
const hidden = /^(writeId|publisherId|position|place|textSize|sentHash|.*(Hash|Sealed))$/
/** Columns of JSON text. */
const asJson = ['tags', 'custom', 'location', 'quickLinks', 'exceptions', 'calendarIds', 'fields']

/** A row as it is told: instants in ISO 8601, JSON as JSON. */
function shown(table: SQLiteTable, row: Row, only?: readonly string[]): Record<string, unknown> {
  const fields = only ?? Object.keys(getTableColumns(table)).filter((name) => !hidden.test(name))
  const values = fromColumns<Record<string, unknown>>(table, row)
  return Object.fromEntries(fields.map((name) => [name, told(name, values[name])]))
}

function told(name: string, value: unknown): unknown {
  if (typeof value === 'number' && /(At|Until)$/.test(name)) return new Date(value).toISOString()
  if (typeof value === 'string' && asJson.includes(name)) {
    try {
      return JSON.parse(value)
    } catch {
      // `location` of an event is a text.
      return value
    }
  }
  return value
}
