import { toBase64 } from './base64'

/**
 * Stored secrets that must be read again: AES-256-GCM under `ENCRYPTION_KEY`. What a secret belongs to goes in as
 * additional data, so that a sealed value copied to another row does not open.
 */
const IV_BYTES = 12

const keys = new Map<string, Promise<CryptoKey>>()

function importKey(encryptionKey: string): Promise<CryptoKey> {
  const known = keys.get(encryptionKey)
  if (known) return known
  const raw = Uint8Array.from(atob(encryptionKey), (char) => char.charCodeAt(0))
  if (raw.length !== 32) throw new Error('ENCRYPTION_KEY is not the base64 of 32 bytes')
  const key = crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  keys.set(encryptionKey, key)
  return key
}

/** Base64 of IV (12 bytes) ‖ ciphertext ‖ tag (16 bytes). `belongsTo` must be the same to open it. */
export async function seal(encryptionKey: string, plain: string, belongsTo: string): Promise<string> {
  const encoder = new TextEncoder()
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const text = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: encoder.encode(belongsTo) },
    await importKey(encryptionKey),
    encoder.encode(plain),
  )
  const joined = new Uint8Array(IV_BYTES + text.byteLength)
  joined.set(iv)
  joined.set(new Uint8Array(text), IV_BYTES)
  return toBase64(joined)
}

/** What `seal` took. @throws where the key, the owner or the text is another. */
export async function unseal(encryptionKey: string, sealed: string, belongsTo: string): Promise<string> {
  const joined = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0))
  const plain = await crypto.subtle.decrypt(
    {
      name: 'AES-GCM',
      iv: joined.subarray(0, IV_BYTES),
      additionalData: new TextEncoder().encode(belongsTo),
    },
    await importKey(encryptionKey),
    joined.subarray(IV_BYTES),
  )
  return new TextDecoder().decode(plain)
}
