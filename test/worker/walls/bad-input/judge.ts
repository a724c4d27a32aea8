import { envelopesOf } from './envelopes'
import { leaksOf } from './leaks'
import { ASKS, BY_SCHEMA, type Mutation } from './mutation'
import { published } from './published'
import { type Draft, isSafe, type Seen, sendDraft } from './request'
import { Database } from './state'
import type { World } from './world'

/** What became of the requests. */
export type Report = {
  sent: number
  refused: number
  /** Refused for their rate, so that nothing else was looked at. */
  limited: number
  /** How many were accepted, by the reason why that is right. */
  readonly accepted: Record<string, number>
  /** Requests that the runtime doesn't make, by the reason. */
  readonly unsendable: Record<string, number>
  readonly faults: string[]
}

/** Tables that a refused request of these routes may write: their contracts count or log refusals. */
const countsRefusals: readonly (readonly [RegExp, readonly string[]])[] = [
  [/ \/identity\/connect\/token/, ['token_failures']],
  [/ \/maestrano\/auth\/saml\/consume/, ['marketplace_log']],
]

export const nothingSent = (): Report => {
  return { sent: 0, refused: 0, limited: 0, accepted: {}, unsendable: {}, faults: [] }
}

export type Judge = {
  /** Looks at the database as it is now, after what somebody else has written. */
  readonly looks: () => Promise<unknown>
  /** Sends a request and tells the report of it; answers whether it was accepted. */
  readonly judge: (mutation: Mutation, valid: Draft) => Promise<boolean>
}

/** Judges one request after the other. */
export async function aJudge(world: World, report: Report): Promise<Judge> {
  const [envelopeFault, schemaFault] = [await envelopesOf(), await published()]
  const database = new Database(world.publisher.id)
  const looks = () => database.changed()
  const judge = async ({ name, draft, ifAccepted }: Mutation, valid: Draft): Promise<boolean> => {
    const seen = await sendDraft(draft)
    const tell = (fault: string) => report.faults.push(`${draft.route} | ${name} | ${fault}`)
    if ('unsendable' in seen) {
      const reason = seen.unsendable.slice(0, 60)
      report.unsendable[reason] = (report.unsendable[reason] ?? 0) + 1
      return false
    }
    report.sent += 1
    if ('thrown' in seen) {
      tell(`threw ${seen.thrown.slice(0, 200)}`)
      return false
    }
    if (seen.status >= 500) tell(`${seen.status} ${seen.text.slice(0, 150)}`)
    for (const leak of leaksOf(world, valid, seen)) tell(leak)
    const changed = await database.changed()
    if (seen.status >= 400) {
      report.refused += 1
      if (seen.status === 429) report.limited += 1
      const fault = draft.method === 'HEAD' ? null : envelopeFault(seen.pathname, seen)
      if (fault !== null) tell(`${seen.status} ${fault}: ${seen.text.slice(0, 150)}`)
      const allowed = countsRefusals.find(([routes]) => routes.test(draft.route))?.[1] ?? []
      for (const [of, rows] of changed) {
        if (!allowed.includes(of)) tell(`${seen.status}, and changed ${of}: ${rows}`)
      }
      return false
    }
    judgeAccepted(seen, changed.size)
    return true

    function judgeAccepted({ status, text }: Seen, changes: number): void {
      const why = ifAccepted ?? (isSafe(draft) ? 'it reads only' : undefined)
      if (why === undefined) return void tell(`${status} accepted: ${text.slice(0, 80)}`)
      const fault = why === BY_SCHEMA ? schemaFault(draft) : null
      if (fault !== null) tell(`${status} accepted, though by the published schema ${fault}`)
      if (why === ASKS && changes > 0) tell(`${status}, and changed something without asking`)
      // Of an open socket it is written down who looks.
      if (isSafe(draft) && status !== 101 && changes > 0) tell(`${status}, and changed something by reading`)
      report.accepted[why] = (report.accepted[why] ?? 0) + 1
    }
  }
  await looks()
  return { looks, judge }
}
