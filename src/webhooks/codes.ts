import { unseal } from '../platform/sealed'

/**
 * The code of a `contact.verification_requested`: it is in no stored message, and put into the body at each attempt,
 * as long as the request that it belongs to is open (`event-subscriptions.md` 11).
 */

/** What a sealed code belongs to: opened anywhere else it is none. */
export function sealedCodeOwner(
  personId: string,
  { kind, value }: { kind: 'email' | 'phone'; value: string },
  write: string,
): string {
  return `contact request ${personId} ${kind} ${value} ${write}`
}

/** SQL over a delivery `d` and its message `m`: the sealed code and what it belongs to; NULL where there is none. */
export const CODE = (now: string) => `iif(d.type = 'contact.verification_requested', (
  SELECT json_array(q.code_sealed, q.subscriber_id, q.kind, q.value, q.write_id)
  FROM changes c CROSS JOIN contact_requests q ON q.id = c.payload ->> '$.request'
  WHERE c.seq = m.seq AND q.code_sealed IS NOT NULL AND q.expires_at > ${now}), NULL)`

/** The code that `CODE` found. */
export async function openCode(found: string, encryptionKey: string): Promise<string> {
  const [sealed, personId, kind, value, write] = JSON.parse(found) as [
    string,
    string,
    'email' | 'phone',
    string,
    string,
  ]
  return unseal(encryptionKey, sealed, sealedCodeOwner(personId, { kind, value }, write))
}

/** A message's body with the code in its place. */
export function withCode(body: string, code: string): string {
  const message = JSON.parse(body)
  message.data.code = code
  return JSON.stringify(message)
}
