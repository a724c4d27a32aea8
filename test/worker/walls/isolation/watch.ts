import { env } from 'cloudflare:workers'

/** A write to the database that somebody saw: to which table, what was done, and whose the row is. */
export type Seen = { readonly name: string; readonly done: string; readonly publisher: number | null }

const doings = ['INSERT', 'UPDATE', 'DELETE'] as const

/** Every table of the product, and whether its rows name a publisher. */
async function tables(): Promise<{ name: string; named: boolean }[]> {
  const { results } = await env.DB.prepare(
    `SELECT m.name, EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'publisher_id') AS named
     FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '\\_cf%' ESCAPE '\\'
       AND m.name NOT IN ('d1_migrations', 'watched')`,
  ).all<{ name: string; named: number }>()
  return results.map(({ name, named }) => ({ name, named: named === 1 }))
}

/** Whether a row is of a publisher from this id on. */
export const isSince = (publisher: number | null, since: number): boolean =>
  publisher !== null && publisher >= since

const triggerOf = (name: string, done: string) => `watched_${name}_${done.toLowerCase()}`

/**
 * Sees every write to every table from now on, also one that leaves a row as it was: by triggers, so that it takes no
 * comparing of whole databases after each call.
 */
export async function watchDatabase(): Promise<Watch> {
  const all = await tables()
  const made = all.flatMap(({ name, named }) =>
    doings.map((done) => {
      const row = done === 'DELETE' ? 'OLD' : 'NEW'
      const whose = name === 'publishers' ? `${row}.id` : named ? `${row}.publisher_id` : 'NULL'
      return `CREATE TRIGGER ${triggerOf(name, done)} AFTER ${done} ON ${name} BEGIN
        INSERT INTO watched (name, done, publisher) VALUES ('${name}', '${done}', ${whose}); END`
    }),
  )
  await env.DB.batch(
    ['CREATE TABLE watched (name TEXT, done TEXT, publisher INTEGER)', ...made].map((sql) =>
      env.DB.prepare(sql),
    ),
  )
  return new Watch(all.map(({ name }) => name))
}

export class Watch {
  constructor(readonly tables: readonly string[]) {}

  /** What was written since the last look. */
  async seen(): Promise<Seen[]> {
    const [rows] = await env.DB.batch<Seen>([
      env.DB.prepare('SELECT DISTINCT name, done, publisher FROM watched'),
      env.DB.prepare('DELETE FROM watched'),
    ])
    return rows?.results ?? []
  }

  /**
   * Waits until what was begun before, in queues and behind answers, writes no more for a publisher from this id on.
   * Those of before are other tests': what was begun for them may go on.
   */
  async quiet(since: number): Promise<void> {
    for (let still = 0; still < 3; ) {
      await scheduler.wait(100)
      still = (await this.seen()).some(({ publisher }) => isSince(publisher, since)) ? 0 : still + 1
    }
  }

  async end(): Promise<void> {
    const drops = this.tables.flatMap((name) =>
      doings.map((done) => `DROP TRIGGER IF EXISTS ${triggerOf(name, done)}`),
    )
    await env.DB.batch([...drops, 'DROP TABLE watched'].map((sql) => env.DB.prepare(sql)))
  }
}
