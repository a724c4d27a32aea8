import type { Env } from '../env'

/**
 * A deployment has one database, `DB`, or further ones beside it: `DB_1`, `DB_2` and so on, without gaps. A publisher
 * lives in one of them from its making, with everything that is its own, and its id says in which.
 */

/** Ids of publishers that one database gives: those of database n lie above n times so many. */
const IDS_OF_ONE = 10_000_000

/** Sequence numbers of one database: those of database n lie above n times so many. With 200 they are still exact. */
const SEQS_OF_ONE = 2 ** 44

const MOST = 200

/** Further databases: bindings that a deployment may have, which nothing else names. */
type Further = { readonly [name: `DB_${number}`]: D1Database | undefined }

const boundAs = (env: Env, number: number): D1Database | undefined => (env as Env & Further)[`DB_${number}`]

/** Whether there is more than one database. */
export const areSeveral = (env: Env): boolean => boundAs(env, 1) !== undefined

/** The numbers of this deployment's databases, from 0. */
export function databaseNumbers(env: Env): number[] {
  const numbers = [0]
  while (numbers.length <= MOST && boundAs(env, numbers.length) !== undefined) numbers.push(numbers.length)
  return numbers
}

/** The number of the database that `env.DB` is. */
export const numberOf = (env: Env): number => env.DATABASE ?? 0

/** The first database, which knows where keys lead. */
export const firstDatabase = (env: Env): D1Database => boundAs(env, 0) ?? env.DB

/**
 * The bindings with another database as `DB`: whatever works with them works there.
 * @throws Error where there is no database of the number
 */
export function inDatabase(env: Env, number: number): Env {
  if (number === numberOf(env)) return env
  const db = number === 0 ? firstDatabase(env) : boundAs(env, number)
  if (db === undefined) throw new Error(`DB_${number} is not bound`)
  // By inheritance, as the bindings are many.
  return Object.create(env, {
    DB: { value: db, enumerable: true },
    DB_0: { value: firstDatabase(env), enumerable: true },
    DATABASE: { value: number, enumerable: true },
  })
}

/** The bindings of each database in turn. */
export const inEach = (env: Env): Env[] => databaseNumbers(env).map((number) => inDatabase(env, number))

/** The bindings with the publisher's database as `DB`. An id of a database that isn't there is in none: the first one's. */
export function ofPublisher(env: Env, publisherId: number): Env {
  if (!areSeveral(env)) return env
  const number = Math.floor(publisherId / IDS_OF_ONE)
  return inDatabase(env, databaseNumbers(env).includes(number) ? number : 0)
}

/** Below the first publisher's id, and below the first sequence number, of a database. */
export const idsAbove = (number: number): number => number * IDS_OF_ONE
export const seqsAbove = (number: number): number => number * SEQS_OF_ONE

/**
 * The number of the database in which new publishers are to live (`NEW_PUBLISHERS_DATABASE`).
 * @throws Error where the variable names none
 */
export function whereNew(env: Env): number {
  const { NEW_PUBLISHERS_DATABASE: text } = env
  if (text === undefined || text === '') return 0
  const number = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (!databaseNumbers(env).includes(number)) throw new Error('NEW_PUBLISHERS_DATABASE names no database')
  return number
}
