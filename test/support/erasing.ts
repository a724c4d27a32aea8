import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { operate } from '../worker/identity/support'
import { runCron } from './crons'
import { handle } from './front-door'
import { fetchWorker, ORIGIN } from './publisher'
import { atTime } from './time'

/** Somebody of a publisher, as the operator names them. */
export type Named = { readonly publisher: { readonly id: number }; readonly ecalId: string }

export const operator = { Authorization: 'Bearer test-operator-token' }

export const personPath = ({ publisher, ecalId }: Named) =>
  `/operator/publishers/${publisher.id}/subscribers/${ecalId}`

/** Asks the operator API to erase somebody; answers the status. */
export const erase = async (named: Named) => (await operate('DELETE', personPath(named))).status

/** As `erase`, with other bindings. */
export async function eraseWith(bindings: object, named: Named): Promise<number> {
  const request = new Request(`${ORIGIN}${personPath(named)}`, { method: 'DELETE', headers: operator })
  const given = { ...env, ...bindings } as typeof env
  return (await handle(request, given, createExecutionContext())).status
}

/** The export of somebody as text. */
export async function exportOf(named: Named): Promise<{ status: number; text: string }> {
  const answer = await fetchWorker(`${personPath(named)}/export`, { headers: operator })
  return { status: answer.status, text: await answer.text() }
}

/** Lets the every-minute cron do what it does in the hour and a half to come. */
export async function later(): Promise<void> {
  for (const minutes of [3, 90]) {
    await atTime(Date.now() + minutes * 60_000, () => runCron('* * * * *'))
  }
}
