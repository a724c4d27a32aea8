import type { Env } from '../env'
import type { SubscriberTimeline } from './subscriber-timeline'
import { type Viewer, viewerName } from './viewer'

export type { EventQuery, Found, Listed, Page, Refusal, SubscriptionQuery, Viewer } from './viewer'
export { viewerName } from './viewer'

/** The timeline of a viewer: one object for each. */
export function timelineOf(env: Env, viewer: Viewer): DurableObjectStub<SubscriberTimeline> {
  return env.TIMELINE.get(env.TIMELINE.idFromName(viewerName(viewer)))
}
