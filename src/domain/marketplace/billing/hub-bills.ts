import { callHub, type HubAnswer } from '../../../hub/call'
import { errorsOf, isGood, memberOf, type Outcome, type Sent, unknown } from '../hub-answers'
import type { Marketplace } from '../marketplaces'
import { type BillRow, markerOf } from './bill'

/**
 * A marketplace's account API, as far as bills go (`marketplace.md` 6): what was asked, and what its answer means. It
 * knows no idempotency key, so the bill's own id stands in the description, where it is found again.
 */

export type Hub = Pick<Marketplace, 'host' | 'apiBase' | 'apiId' | 'apiKey'>

const TIMEOUT_MS = 10_000
/** Answers that say for certain that a bill wasn't taken. */
const refusals: readonly number[] = [400, 404, 422]
/** Answers to a DELETE that say that the bill is not billed any more. */
const gone: readonly number[] = [400, 404]

type BillKind = BillRow['kind']

async function call(
  hub: Hub,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: Record<string, unknown>,
): Promise<HubAnswer> {
  return callHub({
    method,
    url: `${hub.host}${hub.apiBase}account/${path}`,
    credentials: { apiId: hub.apiId, apiKey: await hub.apiKey() },
    timeoutMs: TIMEOUT_MS,
    ...(body ? { body } : {}),
  })
}

const collection = (kind: BillKind) => (kind === 'recurring' ? 'recurring_bills' : 'bills')

/** Creates a bill at the marketplace; answers its id there. */
export async function postBill(
  hub: Hub,
  kind: BillKind,
  body: Record<string, unknown>,
): Promise<Sent<string>> {
  const answer = await call(hub, 'POST', collection(kind), body)
  if (!answer.answered) return unknown(answer)
  if (refusals.includes(answer.status)) return { kind: 'refused', why: errorsOf(answer) }
  if (!isGood(answer)) return unknown(answer)
  if (memberOf(answer.body, 'success') === false) return { kind: 'refused', why: errorsOf(answer) }
  const id = memberOf(memberOf(answer.body, 'data'), 'id')
  return typeof id === 'string' && id !== '' ? { kind: 'done', value: id } : unknown(answer)
}

/** Looks for a bill that an earlier attempt may have created; answers its id there, null where there is none. */
export async function findBill(
  hub: Hub,
  groupUid: string,
  bill: Pick<BillRow, 'id' | 'kind'>,
): Promise<Outcome<string | null>> {
  const path = `${collection(bill.kind)}?group_id=${encodeURIComponent(groupUid)}`
  const answer = await call(hub, 'GET', path)
  if (!answer.answered || !isGood(answer)) return unknown(answer)
  const entries: unknown = Array.isArray(answer.body) ? answer.body : memberOf(answer.body, 'data')
  if (!Array.isArray(entries)) return unknown(answer)
  const ours = entries.find((entry: unknown) => {
    const description = memberOf(entry, 'description')
    return typeof description === 'string' && description.includes(markerOf(bill.id))
  })
  if (ours === undefined) return { kind: 'done', value: null }
  const id = memberOf(ours, 'id')
  return typeof id === 'string' && id !== '' ? { kind: 'done', value: id } : unknown(answer)
}

/** When a recurring bill is executed next, epoch ms; null where that isn't told, or the bill isn't there any more. */
export async function readNextExecution(hub: Hub, hubId: string): Promise<Outcome<number | null>> {
  const answer = await call(hub, 'GET', `recurring_bills/${encodeURIComponent(hubId)}`)
  if (answer.answered && gone.includes(answer.status)) return { kind: 'done', value: null }
  if (!answer.answered || !isGood(answer)) return unknown(answer)
  const at = memberOf(memberOf(answer.body, 'data'), 'next_execution_at')
  const instant = typeof at === 'string' ? Date.parse(at) : Number.NaN
  return { kind: 'done', value: Number.isNaN(instant) ? null : instant }
}

/** Ends a recurring bill; one that isn't there is ended. */
export async function deleteRecurring(hub: Hub, hubId: string): Promise<Outcome<null>> {
  const answer = await call(hub, 'DELETE', `recurring_bills/${encodeURIComponent(hubId)}`)
  const isDone = answer.answered && (isGood(answer) || gone.includes(answer.status))
  return isDone ? { kind: 'done', value: null } : unknown(answer)
}
