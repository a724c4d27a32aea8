import { DurableObject } from 'cloudflare:workers'
import { type Env, required } from '../env'
import { clock } from '../platform/clock'
import { attemptDelivery } from './attempt'
import { dueMessages, nextDue, readDue, recordAttempt } from './deliveries'
import { readTarget } from './endpoints'

/** Attempts that one endpoint gets at once. */
const AT_ONCE = 8

/** How long one alarm takes up new attempts; the next one goes on at once. Alarms may run for 15 minutes. */
const ROUND_MS = 5 * 60_000

/**
 * Delivers what is due to one endpoint, by alarm: several attempts at once, each recorded as it ends, a free place
 * taking what is due next. What is due stands in D1 (`next_attempt_at`), and is read again before each attempt, with
 * the endpoint's address and secrets of that moment. This object keeps nothing but its name, so it can be killed at
 * any moment and thrown away. One object an endpoint: a slow one delays no other.
 */
export class WebhookEndpoint extends DurableObject<Env> {
  /** Attempts under way, by message id. */
  private readonly underWay = new Map<string, Promise<void>>()
  /** Ends the wait of a running alarm for a free place, so that it looks for what is due by now. */
  private lookAgain: () => void = () => {}
  /** The first thing that went wrong in this alarm. */
  private failure: unknown = null

  /** Looks for what is due, now. Called after deliveries were recorded, and by the sweep for what is asleep. */
  async wake(endpointId: string): Promise<void> {
    await this.ctx.storage.put('endpoint', endpointId)
    await this.ctx.storage.setAlarm(clock.now())
    this.lookAgain()
  }

  override async alarm(): Promise<void> {
    const endpointId = await this.ctx.storage.get<string>('endpoint')
    if (endpointId === undefined) return
    this.failure = null
    await this.deliverAll(endpointId)
    // What could not be read or recorded is attempted again: the runtime repeats an alarm that throws.
    if (this.failure !== null) throw this.failure
    const next = await nextDue(this.env.DB.withSession('first-primary'), endpointId)
    const planned = await this.ctx.storage.getAlarm()
    if (next !== null && (planned === null || planned > next)) {
      await this.ctx.storage.setAlarm(Math.max(next, clock.now()))
    }
  }

  /** Keeps every place busy until nothing is due and nothing is under way. */
  private async deliverAll(endpointId: string): Promise<void> {
    const started = Date.now()
    for (;;) {
      // Before the look: whoever wakes this object after it is not missed.
      const woken = new Promise<void>((resolve) => {
        this.lookAgain = resolve
      })
      const free = AT_ONCE - this.underWay.size
      if (free > 0 && this.failure === null && Date.now() - started < ROUND_MS) {
        const db = this.env.DB.withSession('first-primary')
        const due = await dueMessages(db, endpointId, clock.now(), [...this.underWay.keys()], free)
        for (const messageId of due) this.start(endpointId, messageId)
      }
      if (this.underWay.size === 0) return
      await Promise.race([woken, ...this.underWay.values()])
    }
  }

  private start(endpointId: string, messageId: string): void {
    const attempt = this.attempt(endpointId, messageId)
      .catch((error: unknown) => {
        this.failure ??= error
      })
      .finally(() => {
        this.underWay.delete(messageId)
      })
    this.underWay.set(messageId, attempt)
  }

  private async attempt(endpointId: string, messageId: string): Promise<void> {
    const now = clock.now()
    const db = this.env.DB.withSession('first-primary')
    const [target, delivery] = await Promise.all([
      readTarget(db, endpointId, now, required(this.env, 'ENCRYPTION_KEY')),
      readDue(db, endpointId, messageId, now),
    ])
    // Deleted, disabled or settled meanwhile. A ping is sent to an inactive endpoint too.
    if (!target || !delivery || !(target.active || delivery.type === 'webhook.ping')) return
    const outcome = await attemptDelivery(this.env, target, delivery)
    await recordAttempt(this.env.DB, endpointId, delivery, outcome, clock.now())
  }
}
