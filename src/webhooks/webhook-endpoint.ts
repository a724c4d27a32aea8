import { DurableObject } from 'cloudflare:workers'
import { inDatabase } from '../databases'
import { type Env, required } from '../env'
import { clock } from '../platform/clock'
import { loggedRun } from '../platform/run-log'
import { attemptDelivery } from './attempt'
import { dueMessages, nextDue, readAttempt, recordAttempt } from './deliveries'

/** Attempts that one endpoint gets at once. */
const AT_ONCE = 8

/** Deliveries that one look takes up. */
const A_LOOK = 64

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
  /** Messages that were due at the last look, not yet started; each is read again before it is sent. */
  private seenDue: string[] = []
  /** Ends the wait of a running alarm for a free place, so that it looks for what is due by now. */
  private lookAgain: () => void = () => {}
  /** The first thing that went wrong in this alarm. */
  private failure: unknown = null
  /** What this alarm works with: bindings with the endpoint's own database, which count rows, and the attempts it made. */
  private bindings: Env = this.env
  private made = { attempts: 0, failed: 0 }

  /** Looks for what is due, now. Called after deliveries were recorded, and by the sweep for what is asleep. */
  async wake(endpointId: string, database = 0): Promise<void> {
    await this.ctx.storage.put({ endpoint: endpointId, database })
    await this.ctx.storage.setAlarm(clock.now())
    this.lookAgain()
  }

  override async alarm(): Promise<void> {
    const endpointId = await this.ctx.storage.get<string>('endpoint')
    if (endpointId === undefined) return
    const home = inDatabase(this.env, (await this.ctx.storage.get<number>('database')) ?? 0)
    const run = { run: 'alarm', name: 'webhooks', endpoint: endpointId } as const
    await loggedRun(home, run, async (counting, tell) => {
      this.bindings = counting
      this.made = { attempts: 0, failed: 0 }
      await this.deliverDue(endpointId).finally(() => tell(this.made))
    })
  }

  private async deliverDue(endpointId: string): Promise<void> {
    this.failure = null
    this.seenDue = []
    await this.deliverAll(endpointId)
    // What could not be read or recorded is attempted again: the runtime repeats an alarm that throws.
    if (this.failure !== null) throw this.failure
    const next = await nextDue(this.bindings.DB.withSession('first-primary'), endpointId)
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
      if (this.failure === null && Date.now() - started < ROUND_MS) await this.fillPlaces(endpointId)
      if (this.underWay.size === 0) return
      await Promise.race([woken, ...this.underWay.values()])
    }
  }

  /** Starts attempts in the free places, of what was seen to be due; looks again where that is used up. */
  private async fillPlaces(endpointId: string): Promise<void> {
    if (this.underWay.size < AT_ONCE && this.seenDue.length === 0) {
      const db = this.bindings.DB.withSession('first-primary')
      this.seenDue = await dueMessages(db, endpointId, clock.now(), [...this.underWay.keys()], A_LOOK)
    }
    while (this.underWay.size < AT_ONCE) {
      const messageId = this.seenDue.shift()
      if (messageId === undefined) return
      this.start(endpointId, messageId)
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
    const db = this.bindings.DB.withSession('first-primary')
    const read = await readAttempt(db, endpointId, messageId, now, required(this.bindings, 'ENCRYPTION_KEY'))
    if (read === null) return
    const { target, delivery } = read
    // A ping is sent to an inactive endpoint too.
    if (!target.active && delivery.type !== 'webhook.ping') return
    this.made.attempts++
    const outcome = await attemptDelivery(this.bindings, target, delivery)
    if (outcome.error !== '' || outcome.status < 200 || outcome.status > 299) this.made.failed++
    await recordAttempt(this.bindings.DB, endpointId, delivery, outcome, clock.now())
  }
}
