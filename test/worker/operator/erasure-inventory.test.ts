import { env } from 'cloudflare:workers'
import { getTableName, is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { describe, it } from 'vitest'
import * as schema from '../../../src/db/schema'
import { exportedTables } from '../../../src/domain/erasure/export-tables'
import { type TableFate, tableFates, tablesOfPerson } from '../../../src/domain/erasure/inventory'
import { objectFates } from '../../../src/domain/erasure/inventory-objects'
import * as worker from '../../../src/worker'
import { aPerson } from '../../support/apps'
import { erase } from '../../support/erasing'
import { aPublisher } from '../../support/publisher'
import { objectColumns, tableNames } from '../../support/storage'

const named = ({ never = [], kept = [], emptied = [], deleted = [] }: TableFate) =>
  [...never, ...kept, ...emptied, ...deleted].sort()

describe('the inventory of what is stored', () => {
  it('names each column of each table once', async ({ expect }) => {
    const tables = Object.values(schema).filter((value) => is(value, SQLiteTable))
    const columns = tables.map((table) => {
      const { name, columns } = getTableConfig(table)
      return [name, columns.map((column) => column.name).sort()]
    })
    const fates = Object.entries(tableFates).map(([table, fate]) => [table, named(fate)])
    expect(Object.fromEntries(fates)).toEqual(Object.fromEntries(columns))
    expect(await tableNames()).toEqual(Object.keys(tableFates).sort())
  })

  it('finds the persons’ rows by an index', async ({ expect }) => {
    for (const { table, column, condition } of tablesOfPerson()) {
      const sql = `EXPLAIN QUERY PLAN SELECT 1 FROM ${table} WHERE ${column} IN ('a', 'b') AND ${condition}`
      const { results } = await env.DB.prepare(sql).all<{ detail: string }>()
      expect(results[0]?.detail).toMatch(/^SEARCH .* (INDEX|PRIMARY KEY)/)
    }
  })

  it('is exported by indexes', async ({ expect }) => {
    for (const { name, table, where } of exportedTables) {
      const sql = `EXPLAIN QUERY PLAN SELECT x.* FROM ${getTableName(table)} x WHERE +x.publisher_id = ?2 AND (${where})`
      const { results } = await env.DB.prepare(sql).bind('a', 1).all<{ detail: string }>()
      const scans = results.map(({ detail }) => detail).filter((detail) => /^SCAN x\b/.test(detail))
      expect([name, scans]).toEqual([name, []])
    }
  })

  it('names what the objects of each class keep', async ({ expect }) => {
    const classes = Object.entries(worker).filter(([, value]) => typeof value === 'function')
    expect(classes.map(([name]) => name).sort()).toEqual(Object.keys(objectFates).sort())
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    await ann.app.get('/event-subscriptions')
    expect(await erase({ publisher, ecalId: ann.ecalId })).toBe(204)
    const objects = {
      SubscriberTimeline: env.TIMELINE.get(env.TIMELINE.idFromName(`person:${ann.ecalId}`)),
      UsageLedger: env.USAGE_LEDGER.get(env.USAGE_LEDGER.idFromName(String(publisher.id))),
      ErasureRegister: env.ERASURE_REGISTER.get(env.ERASURE_REGISTER.idFromName('erased')),
    }
    for (const [name, stub] of Object.entries(objects)) {
      const fates = Object.entries(objectFates[name]?.tables ?? {}).map(([table, fate]) => [
        table,
        named(fate),
      ])
      expect(await objectColumns(stub)).toEqual(Object.fromEntries(fates))
    }
  })
})
