import { ofPublisher } from '../databases'
import type { Env } from '../env'
import type { Row } from '../platform/d1'
import { reasonOf } from '../platform/failures'
import type { SubscriberTimeline } from './subscriber-timeline'
import { type Viewer, viewerName } from './viewer'

export { reachOf } from './erasing'
export { OPENING, type Opening } from './opening'
export type { EventQuery, Found, Page, Refusal, SubscriptionQuery, Viewer } from './viewer'
export { viewerName } from './viewer'

/** The timeline of a viewer: one object for each. */
export function timelineOf(env: Env, viewer: Viewer): DurableObjectStub<SubscriberTimeline> {
  return env.TIMELINE.get(env.TIMELINE.idFromName(viewerName(viewer)))
}

/** Makes the connected viewers of a publisher look at once: what they may see, or may not any more, has changed. */
export async function lookAtOnce(env: Env, publisherId: number): Promise<void> {
  const { DB } = ofPublisher(env, publisherId)
  const { results } = await DB.withSession('first-primary')
    .prepare('SELECT viewer FROM live_viewers WHERE publisher_id = ?1')
    .bind(publisherId)
    .all<Row>()
  for (const { viewer } of results) {
    // One that can't be reached looks by itself a few seconds later.
    await env.TIMELINE.get(env.TIMELINE.idFromName(String(viewer)))
      .lookAtOnce()
      .catch((error: unknown) =>
        console.warn(JSON.stringify({ live: 'not reached', error: reasonOf(error) })),
      )
  }
}
