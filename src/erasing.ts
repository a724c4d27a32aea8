import { announcing } from './changes'
import { type Reach, sweepErasures } from './domain/erasure'
import { type Env, required } from './env'
import { erasureRegister } from './platform/erasure-register'
import { erasableTimelines } from './timeline'

/** What erasing a person reaches beside the database: timelines, and the register that outlives a restore. */
export function reachOf(env: Env): Reach {
  return { ...erasableTimelines(env), note: (...erased) => erasureRegister(env).note(...erased) }
}

/** What the every-minute cron does for erasures. */
export function sweepErased(env: Env, now: number): Promise<void> {
  const db = env.DB.withSession('first-primary')
  const encryptionKey = () => required(env, 'ENCRYPTION_KEY')
  return announcing(env, (announce) => sweepErasures({ db, now, announce, encryptionKey }, reachOf(env)))
}
