import { toBase64 } from '../platform/base64'

/**
 * The body to an endpoint with an `encryptionSecret` (`webhooks.md` 3.2): base64 of IV (12 bytes), ciphertext and tag
 * (16 bytes), AES-256-GCM under the SHA-256 of the secret.
 */
export async function encryptBody(
  encryptionSecret: string,
  body: string,
  iv = crypto.getRandomValues(new Uint8Array(12)),
): Promise<string> {
  const encoder = new TextEncoder()
  const digest = await crypto.subtle.digest('SHA-256', encoder.encode(encryptionSecret))
  const key = await crypto.subtle.importKey('raw', digest, 'AES-GCM', false, ['encrypt'])
  const sealed = new Uint8Array(
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, encoder.encode(body)),
  )
  const joined = new Uint8Array(iv.length + sealed.length)
  joined.set(iv)
  joined.set(sealed, iv.length)
  return JSON.stringify({ encrypted: toBase64(joined) })
}
