import { getTableColumns } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'

/**
 * Plain values as SQL writes them. Lists go to D1 as one JSON parameter (100 bound parameters are the most a
 * statement may have), so each row is an object of column names.
 */
export function toColumns(table: SQLiteTable, values: object): Record<string, unknown> {
  const columns = getTableColumns(table)
  const row: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(values)) {
    const column = columns[field]
    if (column === undefined) throw new Error(`no column for ${field}`)
    row[column.name] = value === null || value === undefined ? null : column.mapToDriverValue(value)
  }
  return row
}

/** A row of plain SQL as Drizzle reads it: field names, booleans and JSON. */
export function fromColumns<T>(table: SQLiteTable, row: Record<string, unknown>): T {
  const values: Record<string, unknown> = {}
  for (const [field, column] of fieldsOf(table)) {
    const value = row[column.name]
    values[field] = value === null || value === undefined ? null : column.mapFromDriverValue(value)
  }
  return values as T
}

const fields = new WeakMap<SQLiteTable, [string, SQLiteColumn][]>()

/** The columns of a table by field: put together once, since rows come by the thousand. */
function fieldsOf(table: SQLiteTable): [string, SQLiteColumn][] {
  const known = fields.get(table)
  if (known) return known
  const columns = Object.entries(getTableColumns(table))
  fields.set(table, columns)
  return columns
}

/** SQL that inserts a row of `toColumns`, which is bound to `?1` as JSON. */
export function insertSql(table: string, row: object): string {
  const names = Object.keys(row)
  return `INSERT INTO ${table} (${names.join(', ')}) SELECT ${names.map(ofFirst).join(', ')}`
}

/** SQL of what `SET` sets: the columns of a row of `toColumns`, which is bound to `?1` as JSON. */
export function setSql(row: object): string {
  return Object.keys(row)
    .map((name) => `${name} = ${ofFirst(name)}`)
    .join(', ')
}

function ofFirst(name: string): string {
  return `?1 ->> '$.${name}'`
}
