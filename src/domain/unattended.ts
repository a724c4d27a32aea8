import type { Context } from './context'
import { type PublisherRow, publisherColumns, toPublisher } from './publishers'

/** What a write for a publisher needs that no request of theirs asks for: a cron's, or a queue's. It opens no secret. */
export function unattendedContext(
  { db, now, announce }: Pick<Context, 'db' | 'now' | 'announce'>,
  publisher: PublisherRow,
  actor: string,
): Context {
  return {
    db,
    now,
    announce,
    actor,
    publisher: toPublisher(publisher),
    inEachWrite: [],
    encryptionKey: () => {
      throw new Error('a write that nobody asks for opens no secret')
    },
  }
}

/** As `unattendedContext`, for the publisher of an id; null for an unknown one. */
export async function unattendedContextOf(
  acting: Pick<Context, 'db' | 'now' | 'announce'>,
  publisherId: number,
  actor: string,
): Promise<Context | null> {
  const row = await acting.db
    .prepare(`SELECT ${publisherColumns} FROM publishers p WHERE p.id = ?1`)
    .bind(publisherId)
    .first<PublisherRow>()
  return row && unattendedContext(acting, row, actor)
}
