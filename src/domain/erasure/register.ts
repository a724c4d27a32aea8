import { DurableObject } from 'cloudflare:workers'

/** An erased person, by ids alone. */
export type ErasedId = { readonly publisherId: number; readonly subscriberId: string }

/**
 * Who was erased, kept apart from the database: a database that is restored to an earlier moment doesn't know it any
 * more, and asks here. One object for the deployment; it holds ids and nothing else.
 */
export class ErasureRegister extends DurableObject {
  private readonly sql = this.ctx.storage.sql

  constructor(state: DurableObjectState, env: unknown) {
    super(state, env as Cloudflare.Env)
    this.sql.exec(
      `CREATE TABLE IF NOT EXISTS erased
         (subscriber_id TEXT PRIMARY KEY, publisher_id INTEGER NOT NULL, erased_at INTEGER NOT NULL) WITHOUT ROWID`,
    )
  }

  /** Repeated, it changes nothing. `at`: epoch milliseconds. */
  async note(subscriberIds: readonly string[], publisherId: number, at: number): Promise<void> {
    for (const id of subscriberIds) {
      this.sql.exec('INSERT OR IGNORE INTO erased VALUES (?, ?, ?)', id, publisherId, at)
    }
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
