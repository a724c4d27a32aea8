import { numberOf } from '../../../databases'
import type { Env } from '../../../env'
import { sendWhenDue } from '../../../platform/queues'
import type { Due } from './attempt'

/** A message of the queue `daybook-bills`: a bill that may be due. D1 is the truth of it. */
export type BillMessage = {
  readonly bill: string
  /** The number of its database. */
  readonly database?: number
}

/** Wakes bills when they are due. A message that gets lost is made up for by the every-minute cron. */
export async function wakeBills(env: Env, due: readonly Due[], now: number): Promise<void> {
  const messages = due.map(({ id, at }) => ({ body: { bill: id, database: numberOf(env) }, at }))
  await sendWhenDue(env.BILLS, 'bills', messages, now)
}
