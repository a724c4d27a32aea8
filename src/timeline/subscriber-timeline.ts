import { DurableObject } from 'cloudflare:workers'
import { ofPublisher } from '../databases'
import type { Env } from '../env'
import { clock } from '../platform/clock'
import type { Row } from '../platform/d1'
import { loggedRun } from '../platform/run-log'
import { CatchUp } from './catch-up'
import {
  findEvent,
  findSubscription,
  isGoodToken,
  type ListedItems,
  listEvents,
  listSubscriptions,
} from './lists'
import { LiveSockets } from './live'
import { OPENING, type Opening } from './opening'
import { Store } from './store'
import { inServiceCalendars, type Look } from './view'
import type { EventQuery, Found, Listed, Refusal, SubscriptionQuery, Viewer } from './viewer'

/** Tries to find D1 at rest, for what a timeline doesn't keep. */
const TRIES = 5

/** A catch-up that waits for the running one to end, and the tokens that it asks about. */
type Queued = { readonly look: Promise<Look>; readonly tokens: Set<string> }

/**
 * One viewer's view of event subscriptions, in one order (`event-subscriptions.md` 9). It holds nothing that D1
 * doesn't: before each answer it takes up what the viewer's streams gained, and answers from its own tables. Thrown
 * away, it begins a new life.
 */
export class SubscriberTimeline extends DurableObject<Env> {
  private readonly store = new Store(this.ctx.storage)
  private readonly live = new LiveSockets(this.ctx)
  private running: Promise<unknown> | null = null
  private queued: Queued | null = null

  /** Event subscriptions. `tokenHash`: the caller's token, judged in the same read. */
  async listSubscriptions(
    viewer: Viewer,
    query: SubscriptionQuery,
    tokenHash: string | null = null,
  ): Promise<Listed> {
    return this.list(viewer, query, tokenHash, (inCalendars) =>
      listSubscriptions(this.store.sql, query, inCalendars),
    )
  }

  /** The viewer's own events. */
  async listEvents(viewer: Viewer, query: EventQuery, tokenHash: string | null = null): Promise<Listed> {
    return this.list(viewer, query, tokenHash, (inCalendars) =>
      listEvents(this.store.sql, query, inCalendars),
    )
  }

  /** One event subscription, `{event}_{subscriber}`. */
  async readSubscription(viewer: Viewer, id: string): Promise<Found> {
    await this.catchUp(viewer, null)
    return { item: findSubscription(this.store.sql, id), syncToken: this.store.highestToken() }
  }

  /** One event of the viewer's own subscriptions. */
  async readEvent(viewer: Viewer, id: string): Promise<Found> {
    await this.catchUp(viewer, null)
    return { item: findEvent(this.store.sql, id), syncToken: this.store.highestToken() }
  }

  /** The highest token that was given, once everything committed so far is taken up. */
  async syncToken(viewer: Viewer): Promise<number> {
    await this.catchUp(viewer, null)
    return this.store.highestToken()
  }

  /** Counts a POST by contact of this person. @returns null, or in how many seconds the next one may come */
  async countContactPost(): Promise<number | null> {
    return this.store.countContactPost(clock.now())
  }

  /** Opens a socket for hints; the surface has authenticated it (`event-subscriptions.md` 9, *Live hints*). */
  override async fetch(request: Request): Promise<Response> {
    const { viewer, credential, protocol } = JSON.parse(request.headers.get(OPENING) ?? '{}') as Opening
    // Catch up first: what is told at once is the token of now.
    await this.catchUp(viewer, null)
    const accepted = this.live.accept(credential)
    if (!accepted) return new Response(null, { status: 429 })
    this.store.write({ viewer })
    this.live.tell(this.store.highestToken())
    await this.planLook(viewer)
    const headers = protocol === null ? {} : { 'Sec-WebSocket-Protocol': protocol }
    return new Response(null, { status: 101, webSocket: accepted.client, headers })
  }

  /** Puts the next look at its sockets to now, where there are some. */
  async lookAtOnce(): Promise<void> {
    if (this.live.sockets.length > 0) await this.ctx.storage.setAlarm(clock.now())
  }

  /** Takes up what was committed, so that nothing is kept that D1 has no more; what an attempt left half read goes too. */
  async cleanse(viewer: Viewer): Promise<void> {
    await this.catchUp(viewer, null)
    // One that runs by now has read after the call, and tidies up by itself.
    if (this.running === null) this.store.clearStaged()
  }

  /** The person was erased: keeps nothing, and lets nobody listen. What runs is waited for, since it read before. */
  async forget(): Promise<void> {
    while (this.running) await this.running.catch(() => {})
    this.store.forget()
    this.live.closeAll()
    await this.ctx.storage.deleteAlarm()
  }

  /** Looks are many, a few seconds apart: only those that fail are told in the log. */
  override async alarm(): Promise<void> {
    await loggedRun(this.env, { run: 'alarm', name: 'timeline' }, () => this.lookForSockets(), 'failures')
  }

  /** Looks whether anything came for the sockets, and whether they may still listen. */
  private async lookForSockets(): Promise<void> {
    const viewer = this.store.viewer()
    if (!viewer) return
    if (this.live.sockets.length === 0) return this.live.leave(this.db(viewer), viewer)
    try {
      const look = await this.catchUp(viewer, ...this.live.tokenHashes())
      await this.live.closeRevoked(this.db(viewer), look.tokens, clock.now())
    } finally {
      await this.planLook(viewer)
    }
  }

  /** What a client sends beside `ping` (answered without waking anybody) means nothing. */
  override webSocketMessage(): void {}

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 say how it closed and can't be sent.
    socket.close(code === 1005 || code === 1006 ? 1000 : code)
  }

  /** A look that is planned already stays where it is: new sockets put nothing off. */
  private async planLook(viewer: Viewer): Promise<void> {
    const next = await this.live.nextLook(this.db(viewer), viewer, clock.now())
    const planned = await this.ctx.storage.getAlarm()
    if (planned === null || planned > next) await this.ctx.storage.setAlarm(next)
  }

  private db({ publisherId }: Viewer): D1DatabaseSession {
    return ofPublisher(this.env, publisherId).DB.withSession('first-primary')
  }

  private async list(
    viewer: Viewer,
    query: SubscriptionQuery | EventQuery,
    tokenHash: string | null,
    read: (inCalendars: readonly string[] | null) => ListedItems,
  ): Promise<Listed> {
    const look = await this.catchUp(viewer, tokenHash)
    if (tokenHash !== null && !look.tokens.has(tokenHash)) return refused('not_authenticated')
    if (tokenHash !== null && look.tokens.get(tokenHash)) return refused('forbidden')
    const inCalendars = query.serviceIds && (await this.ofServices(viewer, query.serviceIds, look))
    const syncToken = this.store.highestToken()
    const life = this.store.read()?.life ?? 0
    if (query.syncToken !== null && !isGoodToken(query.syncToken, life, syncToken)) {
      return refused('sync_token_invalid')
    }
    return { ok: true, ...read(inCalendars), syncToken }
  }

  /** Events in calendars of these services. They are D1's to tell: read where nothing came since the last look. */
  private async ofServices(viewer: Viewer, serviceIds: readonly string[], look: Look): Promise<string[]> {
    if (!serviceIds.includes(String(viewer.publisherId))) return []
    const db = this.db(viewer)
    let head = look.head
    let ids: string[] = []
    for (let tries = 0; tries < TRIES; tries++) {
      const [found, heads] = await db.batch<Row>([
        inServiceCalendars(db, viewer),
        db.prepare('SELECT max(seq) AS head FROM changes'),
      ])
      ids = (found?.results ?? []).map((row) => String(row.id))
      if (Number(heads?.results[0]?.head ?? 0) === head) break
      head = (await this.catchUp(viewer, null)).head
    }
    return ids
  }

  /**
   * Takes up everything that was committed before the call. Calls share: one catch-up runs, one waits, which all that
   * come meanwhile join. A running one can't be joined, it may have read before the caller's write.
   */
  private catchUp(viewer: Viewer, ...hashes: (string | null)[]): Promise<Look> {
    const asked = hashes.filter((hash) => hash !== null)
    if (this.queued) {
      for (const hash of asked) this.queued.tokens.add(hash)
      return this.queued.look
    }
    const tokens = new Set(asked)
    const before = this.running ?? Promise.resolve()
    const waits = this.running !== null
    const look = before
      .catch(() => {})
      .then(() => {
        if (this.queued?.look === look) this.queued = null
        return new CatchUp(this.db(viewer), this.store, viewer).run([...tokens])
      })
    if (waits) this.queued = { look, tokens }
    this.running = look
    const ended = () => {
      if (this.running === look) this.running = null
      this.live.tell(this.store.highestToken())
    }
    look.then(ended, ended)
    return look
  }
}

function refused(refusal: Refusal): Listed {
  return { ok: false, refusal }
}
