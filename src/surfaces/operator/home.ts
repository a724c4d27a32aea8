import { atHomeOfName, ofPublisher } from '../../databases'
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
