import type { Database, Row } from '../platform/d1'
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

  constructor(private readonly state: DurableObjectState) {
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  get sockets(): WebSocket[] {
    return this.state.getWebSockets()
  }

  /** Hashes of the tokens by which sockets were opened. */
  tokenHashes(): string[] {
    return this.credentials().flatMap((credential) => (credential.kind === 'token' ? credential.hash : []))
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
    const clients = await goodClients(db, this.credentials())
    for (const socket of this.sockets) {
      const { credential } = socket.deserializeAttachment() as Attachment
      const isGood =
        credential.kind === 'token'
          ? tokens.get(credential.hash) === false
          : credential.until > now && clients.has(credential.clientId)
      if (!isGood) socket.close(REVOKED, 'The credential is not valid any more.')
    }
  }

  /** When to look again: often, unless many viewers are connected. */
  async nextLook(db: Database, viewer: Viewer, now: number): Promise<number> {
    if (now - this.counted.at >= COUNTED_EVERY_MS) {
      const [, counted] = await db.batch<Row>([
        db
          .prepare(
            `INSERT INTO live_viewers (viewer, publisher_id, seen_at) VALUES (?, ?, ?)
             ON CONFLICT (viewer) DO UPDATE SET seen_at = excluded.seen_at`,
          )
          .bind(viewerName(viewer), viewer.publisherId, now),
        db
          .prepare(
            `SELECT count(*) AS n FROM (SELECT seen_at FROM live_viewers LIMIT ${MANY + 1}) v WHERE v.seen_at > ?`,
          )
          .bind(now - 3 * COUNTED_EVERY_MS),
      ])
      const isMany = Number(counted?.results[0]?.n ?? 0) > MANY
      this.counted = { at: now, everyMs: isMany ? SELDOM_MS : OFTEN_MS }
    }
    return now + this.counted.everyMs
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
