import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env'
import type { EventQuery, Found, Listed, SubscriptionQuery, Viewer } from './viewer'

export class SubscriberTimeline extends DurableObject<Env> {
  async listSubscriptions(_viewer: Viewer, _query: SubscriptionQuery): Promise<Listed> {
    throw new Error('not yet')
  }

  async listEvents(_viewer: Viewer, _query: EventQuery): Promise<Listed> {
    throw new Error('not yet')
  }

  /** One event subscription, `{event}_{subscriber}`. */
  async readSubscription(_viewer: Viewer, _id: string): Promise<Found> {
    throw new Error('not yet')
  }

  /** One event of the viewer's own subscriptions. */
  async readEvent(_viewer: Viewer, _id: string): Promise<Found> {
    throw new Error('not yet')
  }

  /** The highest token that was given, once everything committed so far is taken up. */
  async syncToken(_viewer: Viewer): Promise<number> {
    throw new Error('not yet')
  }
}
