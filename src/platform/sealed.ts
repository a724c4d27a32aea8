// Scripts run this file as it stands, in Node, which wants the name in full.
import { toBase64 } from './base64.ts'

/**
 * Stored secrets that must be read again: AES-256-GCM under `ENCRYPTION_KEY`. What a secret belongs to goes in as
 * additional data, so that a sealed value copied to another row does not open.
 *
 * That variable may hold several keys, parted by spaces, while one takes the place of another: the first seals, each
 * opens (`docs/operations.md`).
 */
const IV_BYTES = 12

const imported = new Map<string, Promise<CryptoKey>>()
const rings = new Map<string, readonly [string, ...string[]]>()

/** The keys that `ENCRYPTION_KEY` holds: the one that seals, then those that only open. */
export function keysOf(encryptionKey: string): readonly [string, ...string[]] {
  const known = rings.get(encryptionKey)
  if (known) return known
  const [first = '', ...others] = encryptionKey.trim().split(/\s+/)
  rings.set(encryptionKey, [first, ...others])
  return [first, ...others]
}

/** The key that seals. */
export const sealingKey = (encryptionKey: string): string => keysOf(encryptionKey)[0]

function importKey(key: string): Promise<CryptoKey> {
  const known = imported.get(key)
  if (known) return known
  const raw = fromBase64(key)
  if (raw?.length !== 32) throw new Error('ENCRYPTION_KEY is not the base64 of 32 bytes')
  const made = crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  imported.set(key, made)
  return made
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return null
  }
}

/** Base64 of IV (12 bytes) ‖ ciphertext ‖ tag (16 bytes). `belongsTo` must be the same to open it. */
export async function seal(encryptionKey: string, plain: string, belongsTo: string): Promise<string> {
  const encoder = new TextEncoder()
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const text = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: encoder.encode(belongsTo) },
    await importKey(sealingKey(encryptionKey)),
    encoder.encode(plain),
  )
  const joined = new Uint8Array(IV_BYTES + text.byteLength)
  joined.set(iv)
  joined.set(new Uint8Array(text), IV_BYTES)
  return toBase64(joined)
}

/** What `seal` took. @throws where the key, the owner or the text is another. */
export async function unseal(encryptionKey: string, sealed: string, belongsTo: string): Promise<string> {
  const [first, ...others] = keysOf(encryptionKey)
  try {
    return await openWith(first, sealed, belongsTo)
  } catch (error) {
    for (const key of others) {
      const plain = await openWith(key, sealed, belongsTo).catch(() => null)
      if (plain !== null) return plain
    }
    throw error
  }
}

/** Whether the key that seals opens it. */
export function isSealedAnew(encryptionKey: string, sealed: string, belongsTo: string): Promise<boolean> {
  return openWith(sealingKey(encryptionKey), sealed, belongsTo).then(
    () => true,
    () => false,
  )
}

async function openWith(key: string, sealed: string, belongsTo: string): Promise<string> {
  const joined = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0))
  const plain = await crypto.subtle.decrypt(
    {
      name: 'AES-GCM',
      iv: joined.subarray(0, IV_BYTES),
      additionalData: new TextEncoder().encode(belongsTo),
    },
    await importKey(key),
    joined.subarray(IV_BYTES),
  )
  return new TextDecoder().decode(plain)
}
