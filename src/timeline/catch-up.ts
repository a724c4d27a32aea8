import { clock } from '../platform/clock'
import type { Database, Row } from '../platform/d1'
import { randomHex } from '../platform/ids'
import { type Item, type Making, toOthersItem, toOwnItem } from './items'
import type { Standing, Store } from './store'
import {
  A_LOOK,
  allOthersItems,
  calendarEventIds,
  directEventIds,
  type Look,
  lookStatements,
  othersItemsBy,
  ownItemsBy,
  SOME_RELATIONS,
  type Touched,
  toLook,
  touchedBy,
} from './view'
import { type Viewer, viewerName } from './viewer'

/** Events that one page reads. */
const A_PAGE = 500

/** The log is kept for 35 days; who looked last longer ago than this compares everything. */
const LOG_MS = 34 * 24 * 3_600_000

/** A cursor that nothing moved but other people's changes is stored this seldom. */
const STORED_EVERY_MS = 3_600_000

/** More rounds than changes that could sensibly come between two looks. */
const ROUNDS = 1_000

/** What is read anew in a catch-up, until it is taken up. */
type Progress = {
  since: number
  /** Everything is compared, not only what the log names. */
  everything: boolean
  /** Whether anything is staged. */
  staged: boolean
  /** Up to here, changes of calendars are in whatever is staged. */
  head: number
  profile: string
  follows: ReadonlyMap<string, string>
}

/**
 * Brings a timeline up to what D1 holds (`event-subscriptions.md` 9). The usual case is one batch: what the viewer's
 * streams gained, and the items it touches, of one moment. What is too much for that comes in pages into `staged`,
 * and a last look, which finds little, brings all of it to one moment; only then is it taken up, at once. Being
 * killed at any await loses nothing but work.
 */
export class CatchUp {
  constructor(
    private readonly db: Database,
    private readonly store: Store,
    private readonly viewer: Viewer,
  ) {}

  /** @returns what the last look found of the tokens asked about */
  async run(tokens: readonly string[]): Promise<Look> {
    let standing = this.store.read() ?? (await this.beBorn())
    if (standing.life < 0) standing = await this.beginLife(standing.birth)
    let progress = this.start(standing)
    for (let round = 0; round < ROUNDS; round++) {
      const look = await this.look(progress.since, tokens)
      if (look.life !== standing.life || look.birth !== standing.birth) {
        standing = await this.renew(standing, look)
        progress = this.start(standing)
        continue
      }
      if (this.mustCompare(standing, look, progress)) {
        await this.stageEverything(look, progress)
        continue
      }
      const changed = changedCalendars(progress, look)
      if (changed.length > 0) {
        await this.stageCalendars(changed, look, progress)
        continue
      }
      if (look.gained.length > A_LOOK || look.others.length > SOME_RELATIONS) {
        await this.stageGained(look, progress)
        continue
      }
      this.takeUp(standing, look, progress)
      return look
    }
    throw new Error('a timeline could not catch up')
  }

  private start(standing: Standing): Progress {
    const { cursor, profile, follows } = standing
    return { since: Math.max(0, cursor), everything: false, staged: false, head: 0, profile, follows }
  }

  /** The storage is empty: it gets a mark before D1 hears of it, so that a kill in between repeats harmlessly. */
  private async beBorn(): Promise<Standing> {
    const birth = randomHex(16)
    this.store.write({ birth })
    return this.beginLife(birth)
  }

  private async beginLife(birth: string): Promise<Standing> {
    const row = await this.db
      .prepare(
        `INSERT INTO timelines (viewer, publisher_id, life, birth) VALUES (?1, ?2, 0, ?3)
         ON CONFLICT (viewer) DO UPDATE SET life = life + (birth <> excluded.birth), birth = excluded.birth
         RETURNING life`,
      )
      .bind(viewerName(this.viewer), this.viewer.publisherId, birth)
      .first<{ life: number }>()
    if (!row) throw new Error('a timeline got no life')
    return this.store.begin(row.life, birth)
  }

  /** D1 says otherwise than this object: the database was restored, or another object took the name. */
  private async renew(standing: Standing, look: Look): Promise<Standing> {
    if (look.life === null) {
      // A database of before this timeline: whatever comes next, it is no life that was.
      await this.db
        .prepare(
          'INSERT INTO timelines (viewer, publisher_id, life, birth) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
        )
        .bind(viewerName(this.viewer), this.viewer.publisherId, standing.life + 1, standing.birth)
        .run()
      return this.store.begin(standing.life + 1, standing.birth)
    }
    if (look.birth === standing.birth) return this.store.begin(look.life, standing.birth)
    return this.beginLife(standing.birth)
  }

  private async look(since: number, tokens: readonly string[]): Promise<Look> {
    const name = viewerName(this.viewer)
    return toLook(
      await this.db.batch<Row>(lookStatements(this.db, this.viewer, name, since, tokens, clock.now())),
    )
  }

  /** Whether the log can't tell what changed: nothing was read yet, too long ago, or all of it changed. */
  private mustCompare(standing: Standing, look: Look, progress: Progress): boolean {
    if (look.profile !== progress.profile) return true
    // Also one that came while everything was read: what it joined is in no other row.
    if (look.gained.some((row) => row.op === 'subscriber.merged')) return true
    if (progress.everything) return false
    if (standing.cursor < 0) return true
    if (clock.now() - standing.lookedAt > LOG_MS) return true
    return look.oldest !== null && look.oldest > progress.since + 1
  }

  /** Reads the whole view in pages. */
  private async stageEverything(look: Look, progress: Progress): Promise<void> {
    this.store.clearStaged()
    const { personId } = this.viewer
    if (personId !== null) {
      await this.inPages((after) => directEventIds(this.db, personId, after, A_PAGE), look)
      for (const calendarId of look.follows.keys()) {
        await this.inPages((after) => calendarEventIds(this.db, calendarId, after, A_PAGE), look)
      }
    }
    let after = { eventId: '', subscriberId: '' }
    for (;;) {
      const { results } = await allOthersItems(this.db, this.viewer, after, SOME_RELATIONS).all<Row>()
      const items = results.map((row) => toOthersItem(row, this.making(look)))
      this.stageAll(items, 0)
      const last = items.at(-1)
      if (!last || items.length < SOME_RELATIONS) break
      after = last
    }
    const { head, profile, follows } = look
    Object.assign(progress, { since: head, everything: true, staged: true, head, profile, follows })
  }

  /** Own items, page by page of the ids of their events. */
  private async inPages(page: (after: string) => D1PreparedStatement, look: Look): Promise<string[]> {
    const all: string[] = []
    let after = ''
    for (;;) {
      const { results } = await page(after).all<{ event_id: string }>()
      const ids = results.map((row) => row.event_id)
      await this.stageOwn(ids, look, 0)
      all.push(...ids)
      if (ids.length < A_PAGE) return all
      after = ids.at(-1) ?? ''
    }
  }

  private async stageOwn(eventIds: readonly string[], look: Look, place: number): Promise<void> {
    const { personId } = this.viewer
    if (personId === null || eventIds.length === 0) return
    const { results } = await ownItemsBy(this.db, personId, eventIds).all<Row>()
    this.stageAll(this.ownItems(results, look), place)
  }

  /** Calendars that the viewer follows differ: reads what came and what went through them. */
  private async stageCalendars(changed: readonly string[], look: Look, progress: Progress): Promise<void> {
    if (!progress.staged) this.store.clearStaged()
    for (const calendarId of changed) {
      const before = this.store.eventsThrough(calendarId)
      this.store.unstage(this.renewOwn(before), [])
      for (let at = 0; at < before.length; at += A_PAGE) {
        await this.stageOwn(before.slice(at, at + A_PAGE), look, look.head)
      }
      if (look.follows.has(calendarId)) {
        this.renewOwn(
          await this.inPages((after) => calendarEventIds(this.db, calendarId, after, A_PAGE), look),
        )
      }
    }
    // A look that found too much doesn't show every change of a calendar yet.
    const head = look.gained.at(-1)?.seq ?? look.head
    Object.assign(progress, { staged: true, head, follows: look.follows })
  }

  /** The viewer's own items on these events are read anew: tells their ids. */
  private renewOwn(eventIds: readonly string[]): string[] {
    const ids = eventIds.map((id) => `${id}_${this.viewer.personId}`)
    this.store.addToScope('item', ids)
    return ids
  }

  /** More was gained than one look takes up: its first rows, whatever they touch, in pages. */
  private async stageGained(look: Look, progress: Progress): Promise<void> {
    if (!progress.staged) this.store.clearStaged()
    const rows = look.gained.slice(0, A_LOOK)
    const touched = touchedBy(rows, this.viewer)
    this.renewScope(touched)
    await this.stageOwn([...touched.events], look, rows.at(-1)?.seq ?? 0)
    let after = { eventId: '', subscriberId: '' }
    for (;;) {
      const ids = [...touched.events]
      const { results } = await othersItemsBy(this.db, this.viewer, ids, after, SOME_RELATIONS).all<Row>()
      const items = results.map((row) => toOthersItem(row, this.making(look)))
      this.stageAll(
        items.filter((item) => touched.whole.has(item.eventId) || touched.items.has(item.id)),
        rows.at(-1)?.seq ?? 0,
      )
      const last = items.at(-1)
      if (!last || items.length < SOME_RELATIONS) break
      after = last
    }
    const head = progress.staged ? progress.head : look.head
    Object.assign(progress, { since: rows.at(-1)?.seq ?? look.head, staged: true, head })
  }

  /** Takes up what a look found, and what was staged before it, in one transaction. */
  private takeUp(standing: Standing, look: Look, progress: Progress): void {
    const now = clock.now()
    const nothing = look.gained.length === 0 && !progress.staged
    if (nothing && now - standing.lookedAt < STORED_EVERY_MS && look.profile === standing.profile) return
    this.store.together(() => {
      if (!nothing) {
        if (!progress.staged) this.store.clearStaged()
        const touched = touchedBy(look.gained, this.viewer)
        this.renewScope(touched)
        const making = this.making(look)
        const places = new Map(look.gained.map(({ seq, entityId }) => [entityId.slice(0, 24), seq]))
        const items = [
          ...this.ownItems(look.own, look),
          ...look.others.map((row) => toOthersItem(row, making)),
        ]
        for (const item of items) this.store.stage(item, places.get(item.eventId) ?? 0)
        this.store.apply(progress.everything, standing.life)
      }
      const { profile, follows, head } = look
      this.store.write({ cursor: head, lookedAt: now, profile, follows })
    })
  }

  private renewScope({ items, whole }: Touched): void {
    this.store.unstage(items, whole)
    this.store.addToScope('item', items)
    this.store.addToScope('event', whole)
  }

  private ownItems(rows: readonly Row[], look: Look): Item[] {
    const making = this.making(look)
    return rows.flatMap((row) => toOwnItem(row, making) ?? [])
  }

  private stageAll(items: readonly Item[], place: number): void {
    for (const item of items) this.store.stage(item, place)
  }

  private making({ publisher, profile }: Look): Making {
    return { viewer: this.viewer, publisher, profile }
  }
}

/**
 * Calendars that were followed and are no more, the other way round, or in another way; and those that changed while
 * pages were read: drafted and published again, one looks as before, but what was read in between lacks its events.
 */
function changedCalendars({ follows: before, staged, head }: Progress, { follows, gained }: Look): string[] {
  const differing = [...before.keys(), ...follows.keys()].filter((id) => before.get(id) !== follows.get(id))
  const meanwhile = gained.filter(({ seq, op }) => staged && seq > head && op.startsWith('calendar.'))
  return [...new Set([...differing, ...meanwhile.map(({ entityId }) => entityId)])]
}
