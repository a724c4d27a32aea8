import { decodeJwt } from 'jose'
import { OPENING, type Opening, timelineOf } from '../../timeline'
import { identify } from './authenticate'
import { readAuthorization, readProtocols } from './credentials'
import { eventsErrors, refuse, upgradeRequired } from './envelope'
import type { EventsApp } from './environment'
import { addRoute } from './routes'

const live = {
  method: 'get',
  path: '/event-subscriptions/live',
  operationId: 'openLiveHints',
  tags: ['Event subscriptions'],
  summary: 'Hints over a WebSocket that there is something to sync',
  before: [],
  responses: { 101: { description: 'The socket is open' }, ...eventsErrors, ...upgradeRequired },
} as const

/** Live hints (`event-subscriptions.md` 9). */
export function registerLive(app: EventsApp): void {
  addRoute(app, live, async (c) => {
    const offered = c.req.header('Sec-WebSocket-Protocol')
    const header = c.req.header('Authorization')
    const sent = header === undefined ? readProtocols(offered) : readAuthorization(header)
    const caller = await identify(c, sent)
    if (typeof caller === 'string') return refuse(c, caller)
    if (caller.scopes && !caller.scopes.includes('Service.read')) return refuse(c, 'INSUFFICIENT_SCOPE')
    if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') {
      return refuse(c, 'UPGRADE_REQUIRED', { headers: { Upgrade: 'websocket' } })
    }
    if (!(await c.env.EVENTS_RATE.limit({ key: caller.counted })).success) return refuse(c, 'RATE_LIMITED')
    const { acting, publisher, tokenHash } = caller
    const viewer = { publisherId: publisher.id, personId: acting.kind === 'person' ? acting.id : null }
    const opening: Opening = {
      viewer,
      credential:
        tokenHash === null
          ? { kind: 'client', clientId: caller.actor.replace('client:', ''), until: expiryOf(sent) }
          : { kind: 'token', hash: tokenHash },
      protocol: offered?.split(',').some((each) => each.trim() === 'daybook') ? 'daybook' : null,
    }
    const response = await timelineOf(c.env, viewer).fetch('https://timeline/live', {
      headers: { Upgrade: 'websocket', [OPENING]: JSON.stringify(opening) },
    })
    return response.status === 429 ? refuse(c, 'RATE_LIMITED') : response
  })
}

/** When a client's token ends, epoch ms; it was verified before. */
function expiryOf(sent: ReturnType<typeof readAuthorization>): number {
  return sent?.kind === 'bearer' ? (decodeJwt(sent.jwt).exp ?? 0) * 1000 : 0
}
