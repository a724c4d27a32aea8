import { DurableObject } from 'cloudflare:workers'

/** An erased person, by ids alone. */
export type ErasedId = { readonly publisherId: number; readonly subscriberId: string }

/** How far a database has come: the highest number of its changes, and the highest life of its timelines. */
export type Reached = { readonly seq: number; readonly life: number }

/** How far the sequence jumps: above what any state of the database gave since the last jump. */
const JUMP = 2 ** 32

/**
 * What a database that is restored to an earlier moment doesn't know any more, kept apart from it: who was erased, by
 * ids alone, and how far earlier restores have jumped. One object for the deployment.
 */
export class ErasureRegister extends DurableObject {
  private readonly sql = this.ctx.storage.sql

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env as Cloudflare.Env)
    this.sql.exec(
      `CREATE TABLE IF NOT EXISTS erased
         (subscriber_id TEXT PRIMARY KEY, publisher_id INTEGER NOT NULL, erased_at INTEGER NOT NULL) WITHOUT ROWID`,
    )
    this.sql.exec(
      `CREATE TABLE IF NOT EXISTS jumps
         (database INTEGER PRIMARY KEY, seq INTEGER NOT NULL, life INTEGER NOT NULL)`,
    )
  }

  /** Repeated, it changes nothing. `at`: epoch milliseconds. */
  async note(subscriberIds: readonly string[], publisherId: number, at: number): Promise<void> {
    for (const id of subscriberIds) {
      this.sql.exec('INSERT OR IGNORE INTO erased VALUES (?, ?, ?)', id, publisherId, at)
    }
  }

  /**
   * Where a restored database goes on: above what it knows, and above every earlier jump, of which a database that is
   * restored once more, to before the first restore, knows nothing. `database`: its number.
   */
  async jump(database: number, known: Reached): Promise<Reached> {
    const [last] = this.sql
      .exec<Reached>('SELECT seq, life FROM jumps WHERE database = ?', database)
      .toArray()
    const next = {
      seq: Math.max(known.seq, last?.seq ?? 0) + JUMP,
      life: Math.max(known.life, last?.life ?? 0) + 1,
    }
    this.sql.exec('INSERT OR REPLACE INTO jumps VALUES (?, ?, ?)', database, next.seq, next.life)
    return next
  }

  /** Those above an id, in their order. */
  async list(after: string, limit: number): Promise<ErasedId[]> {
    return this.sql
      .exec<ErasedId>(
        `SELECT publisher_id AS publisherId, subscriber_id AS subscriberId FROM erased
         WHERE subscriber_id > ? ORDER BY subscriber_id LIMIT ?`,
        after,
        limit,
      )
      .toArray()
  }
}

type Binding = { readonly ERASURE_REGISTER: DurableObjectNamespace<ErasureRegister> }

export function erasureRegister({ ERASURE_REGISTER: objects }: Binding): DurableObjectStub<ErasureRegister> {
  return objects.get(objects.idFromName('erased'))
}
