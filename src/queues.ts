import { announcing, type ChangesMessage, dispatchChanges } from './changes'
import { inDatabase, numberOf, ofPublisher } from './databases'
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
import { throwFirst } from './platform/failures'

/** The queues of `wrangler.toml`. Their messages say only where something is to be done: what, stands in D1. */
const consumers: Record<string, (env: Env, bodies: readonly unknown[]) => Promise<void>> = {
  'daybook-changes': (env, bodies) =>
    inTheirs(env, bodies as ChangesMessage[], byNumber, async (each) => {
      await dispatchChanges(each, clock.now())
      await wakeSharedRecords(each)
      await sweepBills(each, clock.now())
    }),
  'daybook-bills': (env, bodies) =>
    inTheirs(env, bodies as BillMessage[], byNumber, (each, messages) =>
      sendBills(each, new Set(messages.map(({ bill }) => bill))),
    ),
  'daybook-imports': (env, bodies) =>
    inTheirs(
      env,
      bodies as ImportMessage[],
      (message) => ofPublisher(env, message.import),
      (each, messages) => sharing(each, (context) => runImports(context, sharingQueues(each), messages)),
    ),
  'daybook-pushes': (env, bodies) =>
    inTheirs(
      env,
      bodies as PushMessage[],
      ({ push }) => ofPublisher(env, push.publisherId),
      (each, messages) => sharing(each, (context) => runPushes(context, sharingQueues(each), messages)),
    ),
}

/** The database that a message names; those of before there were several name none. */
const byNumber = ({ database = 0 }: { readonly database?: number }, env: Env): Env =>
  inDatabase(env, database)

/** Runs the messages of each database there; what fails in one keeps none of the others, and is told at the end. */
async function inTheirs<M>(
  env: Env,
  messages: readonly M[],
  home: (message: M, env: Env) => Env,
  run: (env: Env, messages: readonly M[]) => Promise<void>,
): Promise<void> {
  const groups = Map.groupBy(messages, (message) => numberOf(home(message, env)))
  const runs = [...groups].map(([number, theirs]) => run(inDatabase(env, number), theirs))
  throwFirst(await Promise.allSettled(runs))
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
function sendBills(env: Env, ids: Iterable<string>): Promise<void> {
  return attemptBills(workContext(env), [...ids], (due) => wakeBills(env, due, clock.now()))
}

/**
 * After each commit, and every minute: bills that are due, those whose message was lost among them, and those whose
 * trial ends in a moment.
 */
export async function sweepBills(env: Env, now: number): Promise<void> {
  const context = workContext(env)
  await wakeBills(env, await sweepSeats(context), now)
  await wakeBills(env, await billsDue(context.db, now), now)
  await wakeBills(env, await trialsEnding(context.db, now), now)
}

/** Wakes imports and records for the data hub that are due: after each commit, and every minute. */
export async function wakeSharedRecords(env: Env): Promise<void> {
  await wakeSharing(sharingQueues(env), env.DB.withSession('first-primary'), clock.now())
}
