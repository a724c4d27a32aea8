import type { Database, Row } from '../platform/d1'
import { reasonOf } from '../platform/failures'
import { type Viewer, viewerName } from './viewer'

/** At most so many sockets a viewer. */
const MAX_SOCKETS = 20

/** How often a viewer with sockets looks whether anything came, while few are connected and when many are. */
const OFTEN_MS = 4_000
const SELDOM_MS = 25_000

/** From so many viewers on they are many. */
const MANY = 300

/** How often a viewer says that it is still connected, and asks how many others are. */
const COUNTED_EVERY_MS = 60_000

/** The socket's credential is none any more (`event-subscriptions.md` 9). */
const REVOKED = 4401

/** By what a socket was opened; judged again at each look. */
export type SocketCredential =
  | { readonly kind: 'token'; readonly hash: string }
  | { readonly kind: 'client'; readonly clientId: string /** Epoch ms. */; readonly until: number }

/** What a socket remembers while its object sleeps. */
type Attachment = { readonly credential: SocketCredential; readonly told: number }

type Counted = { readonly at: number; readonly everyMs: number }

/**
 * The sockets of one viewer. They hibernate with their object: between two looks nothing runs. A hint says up to which
 * token there is something to read; it may come twice, but after a token moved one always follows.
 */
export class LiveSockets {
  private counted: Counted = { at: 0, everyMs: OFTEN_MS }
  /** The tokens that are being judged: sockets that came since with others are not. */
  private judged: ReadonlySet<string> = new Set()

  constructor(private readonly state: DurableObjectState) {
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /** Those that are open: one that we closed stays with the object until the other side has answered. */
  get sockets(): WebSocket[] {
    return this.state.getWebSockets().filter((socket) => socket.readyState === WebSocket.OPEN)
  }

  /** Hashes of the tokens by which sockets were opened; `closeRevoked` judges these. */
  tokenHashes(): string[] {
    const hashes = this.credentials().flatMap((each) => (each.kind === 'token' ? each.hash : []))
    this.judged = new Set(hashes)
    return [...this.judged]
  }

  /** Takes a socket; null where the viewer has too many. */
  accept(credential: SocketCredential): { client: WebSocket; server: WebSocket } | null {
    if (this.sockets.length >= MAX_SOCKETS) return null
    const { 0: client, 1: server } = new WebSocketPair()
    this.state.acceptWebSocket(server)
    server.serializeAttachment({ credential, told: -1 } satisfies Attachment)
    return { client, server }
  }

  /** Tells every socket of a token that it was not told yet. */
  tell(syncToken: number): void {
    for (const socket of this.sockets) {
      const attachment = socket.deserializeAttachment() as Attachment
      if (attachment.told === syncToken) continue
      try {
        socket.send(JSON.stringify({ sync_token: syncToken }))
        socket.serializeAttachment({ ...attachment, told: syncToken } satisfies Attachment)
      } catch {
        // It closed meanwhile: it says so by itself.
      }
    }
  }

  /** Closes the sockets whose credential is none any more. `tokens`: those that are good, by hash. */
  async closeRevoked(db: Database, tokens: ReadonlyMap<string, boolean>, now: number): Promise<void> {
    const { judged, sockets } = this
    const clients = await goodClients(db, this.credentials())
    for (const socket of sockets) {
      const { credential } = socket.deserializeAttachment() as Attachment
      const isGood =
        credential.kind === 'token'
          ? !judged.has(credential.hash) || tokens.get(credential.hash) === false
          : credential.until > now && clients.has(credential.clientId)
      if (!isGood) socket.close(REVOKED, 'The credential is not valid any more.')
    }
  }

  /** Nobody may listen any more. */
  closeAll(): void {
    for (const socket of this.sockets) socket.close(REVOKED, 'The credential is not valid any more.')
  }

  /** When to look again: often, unless many viewers are connected. A database that fails stops nobody's looks. */
  async nextLook(db: Database, viewer: Viewer, now: number): Promise<number> {
    if (now - this.counted.at >= COUNTED_EVERY_MS) {
      try {
        this.counted = { at: now, everyMs: (await this.areMany(db, viewer, now)) ? SELDOM_MS : OFTEN_MS }
      } catch (error) {
        console.error(JSON.stringify({ live: 'not counted', error: reasonOf(error) }))
      }
    }
    return now + this.counted.everyMs
  }

  /** Says that this viewer is connected, and asks whether many are. */
  private async areMany(db: Database, viewer: Viewer, now: number): Promise<boolean> {
    const [, counted] = await db.batch<Row>([
      db
        .prepare(
          `INSERT INTO live_viewers (viewer, publisher_id, seen_at) VALUES (?, ?, ?)
           ON CONFLICT (viewer) DO UPDATE SET seen_at = excluded.seen_at`,
        )
        .bind(viewerName(viewer), viewer.publisherId, now),
      db
        .prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM live_viewers WHERE seen_at > ? LIMIT ${MANY + 1})`)
        .bind(now - 3 * COUNTED_EVERY_MS),
    ])
    return Number(counted?.results[0]?.n ?? 0) > MANY
  }

  /** The last socket is gone. */
  async leave(db: Database, viewer: Viewer): Promise<void> {
    this.counted = { at: 0, everyMs: OFTEN_MS }
    await db.prepare('DELETE FROM live_viewers WHERE viewer = ?').bind(viewerName(viewer)).run()
  }

  private credentials(): SocketCredential[] {
    return this.sockets.map((socket) => (socket.deserializeAttachment() as Attachment).credential)
  }
}

/** Which clients may still call: not revoked, and of no cancelled company. */
async function goodClients(
  db: Database,
  credentials: readonly SocketCredential[],
): Promise<ReadonlySet<string>> {
  const ids = new Set(
    credentials.flatMap((credential) => (credential.kind === 'client' ? credential.clientId : [])),
  )
  if (ids.size === 0) return new Set()
  const { results } = await db
    .prepare(
      `SELECT c.client_id AS id FROM json_each(?) j CROSS JOIN clients c ON c.client_id = j.value
       JOIN publishers p ON p.id = c.publisher_id WHERE c.revoked_at IS NULL AND p.cancelled_at IS NULL`,
    )
    .bind(JSON.stringify([...ids]))
    .all<{ id: string }>()
  return new Set(results.map((row) => row.id))
}
