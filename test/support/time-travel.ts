import { env } from 'cloudflare:workers'
import { onTestFinished } from 'vitest'
import { tableNames } from './storage'

/** The state of the whole database at a moment, to be brought back, as D1 Time Travel does. */
export type Moment = { readonly restore: () => Promise<void> }

let moments = 0

const run = (statements: readonly string[]) => env.DB.batch(statements.map((sql) => env.DB.prepare(sql)))

/** Keeps the state of now, of every table and of the counters of given numbers, until the test ends. */
export async function keepMoment(): Promise<Moment> {
  const kept = `kept_${moments++}_`
  const tables = (await tableNames()).filter((name) => !name.startsWith('kept_'))
  await run([
    ...tables.map((table) => `CREATE TABLE ${kept}${table} AS SELECT * FROM ${table}`),
    `CREATE TABLE ${kept}numbers AS SELECT name, seq FROM sqlite_sequence`,
  ])
  onTestFinished(async () => {
    await run([...tables, 'numbers'].map((table) => `DROP TABLE ${kept}${table}`))
  })
  const columns = new Map<string, string>()
  for (const table of tables) columns.set(table, await writtenColumns(table))
  const { results: triggers } = await env.DB.prepare(
    `SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`,
  ).all<{ name: string; sql: string }>()
  return {
    restore: async () => {
      await run([
        ...triggers.map(({ name }) => `DROP TRIGGER ${name}`),
        ...tables.flatMap((table) => [
          `DELETE FROM ${table}`,
          `INSERT INTO ${table} (${columns.get(table)}) SELECT ${columns.get(table)} FROM ${kept}${table}`,
        ]),
        'DELETE FROM sqlite_sequence',
        `INSERT INTO sqlite_sequence (name, seq) SELECT name, seq FROM ${kept}numbers`,
        ...triggers.map(({ sql }) => sql),
      ])
    },
  }
}

/** The columns of a table without those that the database reckons by itself. */
async function writtenColumns(table: string): Promise<string> {
  const { results } = await env.DB.prepare(`SELECT name FROM pragma_table_info('${table}')`).all<{
    name: string
  }>()
  return results.map(({ name }) => `"${name}"`).join(', ')
}
