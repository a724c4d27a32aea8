import { z } from '@hono/zod-openapi'
import { atHomeOfName, databaseNumbers, inDatabase, ofPublisher } from '../../databases'
import { invalid } from '../../domain/errors'
import { type Env, required } from '../../env'
import { clock } from '../../platform/clock'
import type { OperatorCall } from './environment'

/** The bindings with the database that a path is about: that of the publisher or marketplace named in it, else the first. */
export function atHomeOfPath(env: Env, path: string): Env | Promise<Env> {
  const [, publisher] = /^\/operator\/publishers\/([1-9]\d{0,14})(?:\/|$)/.exec(path) ?? []
  if (publisher !== undefined) return ofPublisher(env, Number(publisher))
  const [, tenant] = /^\/operator\/marketplaces\/([^/]+)/.exec(path) ?? []
  return tenant === undefined ? env : atHomeOfName(env, 'marketplace', tenant)
}

/** The number of the database that a call is about, in a body: 0 is the first. */
export const databaseField = z
  .number({ error: 'Must be the number of a database.' })
  .int()
  .optional()
  .openapi({ description: 'Which one, where there are several; 0 is the first', example: 0 })

/** From here on the call works in the database of this number. @throws DomainError `invalid` */
export function enterDatabase(c: OperatorCall, named: number | undefined): number {
  const numbers = databaseNumbers(c.env)
  const number = named ?? (numbers.length === 1 ? 0 : undefined)
  if (number === undefined) throw invalid('database', 'Is required, as there are several databases.')
  if (!numbers.includes(number)) throw invalid('database', 'There is no database of this number.')
  enter(c, inDatabase(c.env, number))
  return number
}

/** From here on the call works in the database that these bindings have. */
export function enter(c: OperatorCall, env: Env): void {
  const session = env.DB.withSession('first-primary')
  c.env = env
  c.set('session', session)
  c.set('context', {
    db: session,
    now: clock.now(),
    encryptionKey: () => required(env, 'ENCRYPTION_KEY'),
    inEachWrite: [],
  })
}
