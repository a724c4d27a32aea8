import { announcing, dispatchChanges } from './changes'
import {
  attemptBills,
  type BillingContext,
  type BillMessage,
  billsDue,
  sweepSeats,
  trialsEnding,
  wakeBills,
} from './domain/marketplace/billing'
import {
  type ImportMessage,
  type PushMessage,
  runImports,
  runPushes,
  type SharingContext,
  wakeSharing,
} from './domain/marketplace/connec'
import { type Env, required } from './env'
import { clock } from './platform/clock'

/** The queues of `wrangler.toml`. Their messages say only that something is to be done: what, stands in D1. */
const consumers: Record<string, (env: Env, bodies: readonly unknown[]) => Promise<void>> = {
  'daybook-changes': async (env) => {
    await dispatchChanges(env, clock.now())
    await wakeSharedRecords(env)
    await sweepBills(env, clock.now())
  },
  'daybook-bills': (env, bodies) =>
    sendBills(env, new Set((bodies as BillMessage[]).map(({ bill }) => bill))),
  'daybook-imports': (env, bodies) =>
    sharing(env, (context) => runImports(context, sharingQueues(env), bodies as ImportMessage[])),
  'daybook-pushes': (env, bodies) =>
    sharing(env, (context) => runPushes(context, sharingQueues(env), bodies as PushMessage[])),
}

/** Does what the messages of a queue ask for. What fails is retried, and in the end found by the crons. */
export async function consume(env: Env, queue: string, bodies: readonly unknown[]): Promise<void> {
  await consumers[queue]?.(env, bodies)
}

function workContext(env: Env): BillingContext {
  return {
    db: env.DB.withSession('first-primary'),
    now: clock.now,
    encryptionKey: () => required(env, 'ENCRYPTION_KEY'),
  }
}

/** Runs work with data hubs. */
function sharing(env: Env, run: (context: SharingContext) => Promise<void>): Promise<void> {
  return announcing(env, (announce) => run({ ...workContext(env), announce }))
}

const sharingQueues = (env: Env) => ({ imports: env.IMPORTS, pushes: env.PUSHES })

/** Attempts bills, and wakes what is due next because of it. */
async function sendBills(env: Env, ids: Iterable<string>): Promise<void> {
  await wakeBills(env.BILLS, await attemptBills(workContext(env), [...ids]), clock.now())
}

/**
 * After each commit, and every minute: bills that are due, those whose message was lost among them, and those whose
 * trial ends in a moment.
 */
export async function sweepBills(env: Env, now: number): Promise<void> {
  const context = workContext(env)
  await wakeBills(env.BILLS, await sweepSeats(context), now)
  await wakeBills(env.BILLS, await billsDue(context.db, now), now)
  await wakeBills(env.BILLS, await trialsEnding(context.db, now), now)
}

/** Wakes imports and records for the data hub that are due: after each commit, and every minute. */
export async function wakeSharedRecords(env: Env): Promise<void> {
  await wakeSharing(sharingQueues(env), env.DB.withSession('first-primary'), clock.now())
}
