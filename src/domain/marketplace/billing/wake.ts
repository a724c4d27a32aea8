import { reasonOf } from '../../../platform/reason'
import type { Due } from './attempt'

/** A message of the queue `daybook-bills`: a bill that may be due. D1 is the truth of it. */
export type BillMessage = { readonly bill: string }

/** The longest that a queue keeps a message back; what is due later, the every-minute cron finds. */
const MAX_DELAY_SECONDS = 86_400

/** As many as a queue takes at once. */
const AT_ONCE = 100

/** Wakes bills when they are due. A message that gets lost is made up for by the every-minute cron. */
export async function wakeBills(queue: Queue<BillMessage>, due: readonly Due[], now: number): Promise<void> {
  const messages = due
    .map(({ id, at }) => ({ body: { bill: id }, delaySeconds: Math.max(0, Math.ceil((at - now) / 1000)) }))
    .filter(({ delaySeconds }) => delaySeconds <= MAX_DELAY_SECONDS)
  try {
    for (let from = 0; from < messages.length; from += AT_ONCE) {
      await queue.sendBatch(messages.slice(from, from + AT_ONCE))
    }
  } catch (error) {
    const text = reasonOf(error)
    console.warn(JSON.stringify({ queue: 'bills', error: text }))
  }
}
