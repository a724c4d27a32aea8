import { erasureRegister, type Reach } from '../domain/erasure'
import type { Env } from '../env'
import { forgetSeen } from '../usage'

/** What erasing a person reaches beside the database: timelines, and the register that outlives a restore. */
export function reachOf(env: Env): Reach {
  const named = (viewer: string) => env.TIMELINE.get(env.TIMELINE.idFromName(viewer))
  return {
    note: (...erased) => erasureRegister(env).note(...erased),
    forget: (personId) => named(`person:${personId}`).forget(),
    unsee: (personIds, publisherId) => forgetSeen(env, publisherId, personIds),
    cleanse: (viewer, publisherId) => {
      const [kind, id = ''] = viewer.split(':')
      return named(viewer).cleanse({ publisherId, personId: kind === 'person' ? id : null })
    },
  }
}
