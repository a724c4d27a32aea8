import type { Database } from '../../../platform/d1'
import { throwFirst } from '../../../platform/failures'
import { sendWhenDue } from '../../../platform/queues'
import { importPage, TURN } from './import'
import { type PushKey, pushRecord } from './push'
import { SHARES, type SharingContext } from './sharing'

/** Messages of the queues `daybook-imports` and `daybook-pushes`: something may be due. D1 is the truth of it. */
export type ImportMessage = { readonly import: number }
export type PushMessage = { readonly push: PushKey }

type Queues = { readonly imports: Queue<ImportMessage>; readonly pushes: Queue<PushMessage> }

/** Due work that one run takes up. */
const A_RUN = 500

/** Wakes all imports and records that are due by now: after commits, and by the every-minute cron. */
export async function wakeSharing(queues: Queues, db: Database, now: number): Promise<void> {
  const [imports, pushes] = await db.batch<Record<string, unknown>>([
    db
      .prepare(
        `SELECT i.publisher_id FROM connec_imports i JOIN companies c ON c.publisher_id = i.publisher_id
         JOIN marketplaces m ON m.tenant = c.tenant
         WHERE i.next_attempt_at <= ?1 AND (i.lease_until IS NULL OR i.lease_until < ?1) AND i.entity = ${TURN('i.publisher_id')}
           AND ${SHARES} ORDER BY i.next_attempt_at LIMIT ${A_RUN}`,
      )
      .bind(now),
    db
      .prepare(
        `SELECT p.publisher_id, p.entity, p.local_id FROM connec_pushes p
         JOIN companies c ON c.publisher_id = p.publisher_id JOIN marketplaces m ON m.tenant = c.tenant
         WHERE p.next_attempt_at <= ?1 AND (p.lease_until IS NULL OR p.lease_until < ?1) AND ${SHARES}
         ORDER BY p.next_attempt_at LIMIT ${A_RUN}`,
      )
      .bind(now),
  ])
  await sendWhenDue(
    queues.imports,
    'connec',
    (imports?.results ?? []).map((row) => ({ body: { import: Number(row.publisher_id) }, at: now })),
    now,
  )
  await sendWhenDue(
    queues.pushes,
    'connec',
    (pushes?.results ?? []).map((row) => ({
      body: {
        push: {
          publisherId: Number(row.publisher_id),
          entity: row.entity as PushKey['entity'],
          localId: String(row.local_id),
        },
      },
      at: now,
    })),
    now,
  )
}

/** Imports pages, one for each message, and asks for those that are due next. */
export async function runImports(
  ctx: SharingContext,
  queues: Queues,
  messages: readonly ImportMessage[],
): Promise<void> {
  const publishers = [...new Set(messages.map((message) => message.import))]
  const outcomes = await Promise.allSettled(
    publishers.map(async (id) => ({ body: { import: id }, at: await importPage(ctx, id) })),
  )
  const due = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
  await sendWhenDue(
    queues.imports,
    'connec',
    due.flatMap(({ body, at }) => (at === null ? [] : { body, at })),
    ctx.now(),
  )
  // What a page brought may be due at once: events of invoices.
  await wakeSharing(queues, ctx.db, ctx.now())
  throwFirst(outcomes)
}

/** Looks at records, side by side, and asks for those that are due again. */
export async function runPushes(
  ctx: SharingContext,
  queues: Queues,
  messages: readonly PushMessage[],
): Promise<void> {
  const keys = new Map(messages.map(({ push }) => [JSON.stringify(push), push]))
  const outcomes = await Promise.allSettled(
    [...keys.values()].map(async (push) => ({ body: { push }, at: await pushRecord(ctx, push) })),
  )
  const due = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []))
  await sendWhenDue(
    queues.pushes,
    'connec',
    due.flatMap(({ body, at }) => (at === null ? [] : { body, at })),
    ctx.now(),
  )
  throwFirst(outcomes)
}
