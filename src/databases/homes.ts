import type { Env } from '../env'
import { areSeveral, firstDatabase, inDatabase, inEach, numberOf } from './numbers'

/**
 * Where a request is at home, by what it comes with before its publisher is known. The databases themselves are the
 * truth of it: what this isolate doesn't know is looked up in `homes`, a table of the first database, and what isn't
 * there is asked of each database and written there. So nothing has to be told when a key is made, and a table that
 * was lost fills again.
 */

/** Keys that are random, and therefore of one database for ever; of secrets, their hashes. */
const keyed = {
  address: 'SELECT 1 FROM feed_addresses WHERE address_hash = ?1',
  calendar: 'SELECT 1 FROM calendars WHERE id = ?1',
  key: 'SELECT 1 FROM api_keys WHERE api_key = ?1',
  widget: 'SELECT 1 FROM widgets WHERE id = ?1',
  token: 'SELECT 1 FROM user_tokens WHERE token_hash = ?1',
  client: 'SELECT 1 FROM clients WHERE client_id = ?1',
  session: 'SELECT 1 FROM portal_sessions WHERE id_hash = ?1',
  link: 'SELECT 1 FROM sign_in_links WHERE token_hash = ?1',
} as const

/** Names that somebody chose: they may be given up and taken elsewhere, so they are asked about anew each time. */
const named = {
  marketplace: 'SELECT 1 FROM marketplaces WHERE tenant = ?1',
  external: 'SELECT 1 FROM clients WHERE external_client_id = ?1 AND revoked_at IS NULL',
} as const

/** How long `homes` remembers a key; one that is still used after that is asked about once more. */
const KEPT_MS = 90 * 86_400_000

/** Where keys lead, as far as this isolate knows. */
const known = new Map<string, number>()
const MAX_KNOWN = 50_000

/**
 * The bindings with the database as `DB` that a key leads to; for a key that leads nowhere, the first one. With one
 * database nothing is asked.
 */
export function atHome(env: Env, kind: keyof typeof keyed, key: string): Env | Promise<Env> {
  return areSeveral(env) ? findHome(env, kind, key) : env
}

async function findHome(env: Env, kind: keyof typeof keyed, key: string): Promise<Env> {
  const name = `${kind}:${key}`
  const number = known.get(name) ?? (await readHome(env, name)) ?? (await askAll(env, keyed[kind], key, name))
  if (number === null) return inDatabase(env, 0)
  known.set(name, number)
  const [oldest] = known.keys()
  if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest)
  return inDatabase(env, number)
}

/** At the nearest replica: one that lags costs no more than asking all. */
function readHome(env: Env, name: string): Promise<number | null> {
  return firstDatabase(env)
    .withSession('first-unconstrained')
    .prepare('SELECT database FROM homes WHERE name = ?1')
    .bind(name)
    .first<number>('database')
}

/** Asks each database, and writes down what it learns under the name. */
async function askAll(env: Env, sql: string, key: string, name: string): Promise<number | null> {
  const home = await findAmong(inEach(env), sql, key)
  if (home === null) return null
  await firstDatabase(env)
    .prepare('INSERT INTO homes (name, database, found_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING')
    .bind(name, numberOf(home), Date.now())
    .run()
  return numberOf(home)
}

/** The first of these that has what is asked for, as its primary says. */
async function findAmong(envs: readonly Env[], sql: string, key: string): Promise<Env | null> {
  const found = await Promise.all(
    envs.map(({ DB }) => DB.withSession('first-primary').prepare(sql).bind(key).first()),
  )
  return envs.find((_, at) => found[at] !== null) ?? null
}

/** As `atHome`, for a chosen name. */
export async function atHomeOfName(env: Env, kind: keyof typeof named, name: string): Promise<Env> {
  if (!areSeveral(env)) return env
  return (await findAmong(inEach(env), named[kind], name)) ?? inDatabase(env, 0)
}

/** Whether a chosen name is taken in another database than `env.DB`. */
export async function isTakenElsewhere(env: Env, kind: keyof typeof named, name: string): Promise<boolean> {
  const others = inEach(env).filter((each) => numberOf(each) !== numberOf(env))
  return (await findAmong(others, named[kind], name)) !== null
}

/** What the daily cron does, in the first database: forgets keys that were found long ago. */
export async function sweepHomes(db: D1Database, now: number): Promise<void> {
  await db
    .prepare('DELETE FROM homes WHERE found_at < ?1')
    .bind(now - KEPT_MS)
    .run()
}
