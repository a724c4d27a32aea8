import { reasonOf } from './failures'

/** The longest that a queue keeps a message back. */
const MAX_DELAY_SECONDS = 86_400

/** As many as a queue takes at once. */
const AT_ONCE = 100

/**
 * Sends messages to a queue, each to be delivered at its time (epoch ms). What is due later than a queue keeps it, and
 * what can't be sent, is left to the every-minute cron, which finds what is due. `name`: the queue's in the log.
 */
export async function sendWhenDue<T>(
  queue: Queue<T>,
  name: string,
  due: readonly { readonly body: T; readonly at: number }[],
  now: number,
): Promise<void> {
  const messages = due
    .map(({ body, at }) => ({ body, delaySeconds: Math.max(0, Math.ceil((at - now) / 1000)) }))
    .filter(({ delaySeconds }) => delaySeconds <= MAX_DELAY_SECONDS)
  try {
    for (let from = 0; from < messages.length; from += AT_ONCE) {
      await queue.sendBatch(messages.slice(from, from + AT_ONCE))
    }
  } catch (error) {
    console.warn(JSON.stringify({ queue: name, error: reasonOf(error) }))
  }
}
