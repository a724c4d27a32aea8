import { DurableObject } from 'cloudflare:workers'
import { type Env, required } from '../env'
import { clock } from '../platform/clock'
import { attemptDelivery } from './attempt'
import { type DueDelivery, dueDeliveries, nextDue, recordAttempt } from './deliveries'
import { readTarget, type Target } from './endpoints'

/** Attempts that one endpoint gets at once. */
const AT_ONCE = 8

/** Deliveries that one alarm takes up; the next alarm goes on at once. */
const A_ROUND = 64

/**
 * Delivers what is due to one endpoint, by alarm: several attempts at once, each recorded as it ends. What is due
 * stands in D1 (`next_attempt_at`); this object keeps nothing but its name, so it can be killed at any moment and
 * thrown away. One object an endpoint: a slow one delays no other.
 */
export class WebhookEndpoint extends DurableObject<Env> {
  /** Looks for what is due, now. Called after deliveries were recorded, and by the sweep for what is asleep. */
  async wake(endpointId: string): Promise<void> {
    await this.ctx.storage.put('endpoint', endpointId)
    await this.ctx.storage.setAlarm(clock.now())
  }

  override async alarm(): Promise<void> {
    const endpointId = await this.ctx.storage.get<string>('endpoint')
    if (endpointId === undefined) return
    const db = this.env.DB.withSession('first-primary')
    const now = clock.now()
    const target = await readTarget(db, endpointId, now, required(this.env, 'ENCRYPTION_KEY'))
    if (!target) return
    const due = await dueDeliveries(db, endpointId, now, A_ROUND)
    await this.attemptAll(target, due)
    const next = await nextDue(db, endpointId)
    const planned = await this.ctx.storage.getAlarm()
    if (next !== null && (planned === null || planned > next)) {
      await this.ctx.storage.setAlarm(Math.max(next, clock.now()))
    }
  }

  /** A few attempts at a time: one that hangs holds up one place only. */
  private async attemptAll(target: Target, due: readonly DueDelivery[]): Promise<void> {
    const waiting = due[Symbol.iterator]()
    const place = async () => {
      for (const delivery of waiting) {
        const outcome = await attemptDelivery(this.env, target, delivery)
        await recordAttempt(this.env.DB, target.id, delivery, outcome, clock.now())
      }
    }
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, place))
    // What could not be recorded is attempted again: the runtime repeats an alarm that throws.
    for (const each of ended) if (each.status === 'rejected') throw each.reason
  }
}
