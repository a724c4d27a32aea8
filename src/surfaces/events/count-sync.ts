import type { Context } from 'hono'
import { noteSync } from '../../usage'
import type { EventsEnv } from './environment'

/** Counts a list that was read to stay in step. */
export function countSync(c: Context<EventsEnv>): void {
  const { viewer, context } = c.var
  noteSync(c.env, c.executionCtx, {
    publisherId: viewer.publisherId,
    subscriberId: viewer.personId,
    userAgent: c.req.header('User-Agent') ?? null,
    now: context.now,
  })
}
