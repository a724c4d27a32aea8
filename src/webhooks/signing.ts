import { fromBase64, toBase64 } from '../platform/base64'

/**
 * Signatures of outgoing messages: Standard Webhooks, HMAC-SHA256 over id, time and the bytes sent
 * (`webhooks.md` 4).
 */

const PREFIX = 'whsec_'

const MIN_BYTES = 24
const MAX_BYTES = 64

/** The bytes of a `whsec_` secret; null where it is not 24 to 64 bytes of base64. */
export function secretBytes(secret: string): Uint8Array | null {
  const bytes = secret.startsWith(PREFIX) ? fromBase64(secret.slice(PREFIX.length)) : null
  return bytes !== null && bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES ? bytes : null
}

/** A new secret of 32 random bytes. */
export function newSecret(): string {
  return PREFIX + toBase64(crypto.getRandomValues(new Uint8Array(32)))
}

/**
 * The value of `webhook-signature`: one `v1,…` for each secret, in their order (the newest first during a rotation).
 * `timestamp`: unix seconds of this attempt.
 */
export async function signatures(
  secrets: readonly string[],
  id: string,
  timestamp: number,
  body: string,
): Promise<string> {
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const each = secrets.map(async (secret) => {
    const bytes = secretBytes(secret)
    if (bytes === null) throw new Error('a stored webhook secret has lost its form')
    const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ])
    return `v1,${toBase64(new Uint8Array(await crypto.subtle.sign('HMAC', key, signed)))}`
  })
  return (await Promise.all(each)).join(' ')
}
