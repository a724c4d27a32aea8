import { env } from 'cloudflare:workers'
import { unseal } from '../../src/platform/sealed'
import { sealedCodeOwner } from '../../src/webhooks/codes'
import type { App, AppAnswer } from './apps'

/** A contact as bodies give it. */
export type WireContact = { email: string } | { phone_number: string }

type RequestRow = { kind: 'email' | 'phone'; value: string; code_sealed: string | null; write_id: string }

/** The code of a person's newest request, as D1 keeps it; null once it is wiped. */
export async function newestCode(ecalId: string): Promise<string | null> {
  const row = await env.DB.prepare(
    'SELECT kind, value, code_sealed, write_id FROM contact_requests WHERE subscriber_id = ? ORDER BY id DESC LIMIT 1',
  )
    .bind(ecalId)
    .first<RequestRow>()
  if (!row) throw new Error('no code was asked for')
  if (row.code_sealed === null) return null
  return unseal(env.ENCRYPTION_KEY, row.code_sealed, sealedCodeOwner(ecalId, row, row.write_id))
}

/** Another code than the one that is right. */
export function wrongCode(code: string | null): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

/** Asks for a code and gives it back; the person proves the contact. */
export async function prove(app: App, ecalId: string, contact: WireContact): Promise<AppAnswer> {
  const asked = await app.post('/persons/me/contacts', contact)
  if (asked.status !== 202)
    throw new Error(`a test's request for a code answered ${asked.status}: ${asked.text}`)
  return app.post('/persons/me/contacts/confirm', { ...contact, code: await newestCode(ecalId) })
}

let numbers = 0

/** A mobile number that no other test has. */
export function newPhone(): string {
  numbers += 1
  return `+61412${String(100_000 + numbers)}`
}

/** A person as D1 has them. */
export async function personRow(ecalId: string): Promise<Record<string, unknown>> {
  const row = await env.DB.prepare('SELECT * FROM subscribers WHERE id = ?').bind(ecalId).first()
  if (!row) throw new Error(`no person ${ecalId}`)
  return row
}
