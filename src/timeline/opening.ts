import type { SocketCredential } from './live'
import type { Viewer } from './viewer'

/** The header in which the surface hands over whom a socket is for. */
export const OPENING = 'Daybook-Opening'

export type Opening = {
  readonly viewer: Viewer
  readonly credential: SocketCredential
  /** The subprotocol to answer with, where the client offered any. */
  readonly protocol: string | null
}
