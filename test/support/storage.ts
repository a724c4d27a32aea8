import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { answerBelongsTo } from '../../src/domain/idempotency'
import { unseal } from '../../src/platform/sealed'

/** Everything that is stored, for tests of what is not there any more. */

type Row = Record<string, unknown>

/** The tables of the database, without those of the platform. */
export async function tableNames(): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'
       AND name NOT GLOB 'd1_*' ORDER BY name`,
  ).all<{ name: string }>()
  return results.map((row) => row.name)
}

/** Each row of the database as text, with its table: what is sealed and may be opened stands there opened. */
async function databaseTexts(): Promise<string[]> {
  const texts: string[] = []
  for (const table of await tableNames()) {
    const { results } = await env.DB.prepare(`SELECT * FROM ${table}`).all<Row>()
    for (const row of results) {
      const opened = table === 'idempotency_keys' ? await openedAnswer(row) : ''
      texts.push(`${table} ${JSON.stringify(row)} ${opened}`)
    }
  }
  return texts
}

async function openedAnswer(row: Row): Promise<string> {
  if (row.answer_sealed === null) return ''
  const { publisher_id: publisherId, method, path, key } = row
  const scope = {
    publisherId: Number(publisherId),
    method: String(method),
    path: String(path),
    key: String(key),
  }
  return unseal(env.ENCRYPTION_KEY, String(row.answer_sealed), answerBelongsTo(scope))
}

/** What an object's storage has: its SQL tables, and single keys. */
export async function objectTexts(name: string, stub: DurableObjectStub): Promise<string[]> {
  return runInDurableObject(stub, async (_, { storage }) => {
    const tables = objectTables(storage.sql)
    const rows = tables.flatMap((table) =>
      storage.sql
        .exec(`SELECT * FROM ${table}`)
        .toArray()
        .map((row) => `${name}.${table} ${JSON.stringify(row)}`),
    )
    const keys = [...(await storage.list())].map(([key, value]) => `${name} ${key} ${JSON.stringify(value)}`)
    return [...rows, ...keys]
  })
}

/** The texts of the timelines of a publisher and of these persons, and of its endpoints. */
export async function objectsTexts(publisherId: number, persons: readonly string[]): Promise<string[]> {
  const { results } = await env.DB.prepare('SELECT viewer FROM timelines WHERE publisher_id = ?1')
    .bind(publisherId)
    .all<{ viewer: string }>()
  const viewers = new Set([...results.map((row) => row.viewer), ...persons.map((id) => `person:${id}`)])
  const endpoints = await env.DB.prepare('SELECT id FROM webhook_endpoints WHERE publisher_id = ?1')
    .bind(publisherId)
    .all<{ id: string }>()
  const texts: string[] = []
  for (const viewer of viewers) {
    texts.push(...(await objectTexts(viewer, env.TIMELINE.get(env.TIMELINE.idFromName(viewer)))))
  }
  for (const { id } of endpoints.results) {
    texts.push(...(await objectTexts(id, env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(id)))))
  }
  const register = env.ERASURE_REGISTER.get(env.ERASURE_REGISTER.idFromName('erased'))
  texts.push(...(await objectTexts('register', register)))
  return texts
}

/** In how a marker may be written down: as it is, in hex, and in base64 at each of the three offsets. */
function spellings(marker: string): string[] {
  const hex = [...new TextEncoder().encode(marker)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  const base64 = ['', 'x', 'xx'].map((before) => {
    const skipped = [0, 2, 3][before.length] ?? 0
    return btoa(before + marker).slice(skipped, -4)
  })
  return [marker.toLowerCase(), hex, ...base64]
}

/** Everything stored that holds one of these markers, in whatever spelling. */
export async function whereStored(
  markers: readonly string[],
  publisherId: number,
  persons: readonly string[],
): Promise<string[]> {
  const sought = markers.flatMap(spellings)
  const texts = [...(await databaseTexts()), ...(await objectsTexts(publisherId, persons))]
  return texts.filter((text) => {
    const folded = text.toLowerCase()
    return sought.some((spelling) => folded.includes(spelling) || text.includes(spelling))
  })
}

/** Each row of the database that says nothing of some ids, as text: what is others' own. */
export async function rowsWithout(ids: readonly string[], except: readonly string[]): Promise<string[]> {
  const texts = await databaseTexts()
  return texts.filter(
    (text) => !except.includes(text.slice(0, text.indexOf(' '))) && !ids.some((id) => text.includes(id)),
  )
}

/** The columns of the SQL tables of an object. */
export async function objectColumns(stub: DurableObjectStub): Promise<Record<string, string[]>> {
  return runInDurableObject(stub, (_, { storage: { sql } }) => {
    const tables = objectTables(sql)
    return Object.fromEntries(
      tables.map((table) => {
        const columns = sql.exec<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`).toArray()
        return [table, columns.map(({ name }) => name).sort()]
      }),
    )
  })
}

function objectTables(sql: SqlStorage): string[] {
  return sql
    .exec<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'`,
    )
    .toArray()
    .map(({ name }) => name)
}
