import { readEventPage } from '../../domain/feeds/events'
import type { FeedCalendar } from '../../domain/feeds/state'
import type { Database } from '../../platform/d1'
import { type Fragment, joinPieces, type Piece, renderPieces } from './fragment'

/** Rows of events are several times as large as their text, so a large calendar's are never all in memory. */
const PAGE = 500

/** After so many changes in between, the calendar is read in one piece: it changes faster than pages can be read. */
const TRIES = 3

/**
 * Renders a calendar too large to be read at once, in pages of one revision: each page tells the revision of its
 * moment, and where that has changed, all is read anew. null where the calendar is gone.
 */
export async function renderInPages(
  db: Database,
  { id }: Pick<FeedCalendar, 'id'>,
): Promise<{ revision: number; fragment: Fragment } | null> {
  for (let tries = 1; ; tries++) {
    const limit = tries > TRIES ? Number.MAX_SAFE_INTEGER : PAGE
    const pieces: Piece[] = []
    let revision: number | undefined
    let after = ''
    for (;;) {
      const page = await readEventPage(db, id, after, limit)
      if (!page) return null
      revision ??= page.revision
      if (page.revision !== revision) break
      pieces.push(...renderPieces(page.events, page.categories))
      after = page.events.at(-1)?.id ?? after
      if (page.isLast) return { revision, fragment: joinPieces(pieces) }
    }
  }
}
