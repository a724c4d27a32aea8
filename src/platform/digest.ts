import { toHex } from './ids'

const encoder = new TextEncoder()

function bytesOf(input: string | Uint8Array): Uint8Array {
  return typeof input === 'string' ? encoder.encode(input) : input
}

/** SHA-256 in lower-case hex. */
export async function sha256Hex(input: string | Uint8Array): Promise<string> {
  return toHex(await crypto.subtle.digest('SHA-256', bytesOf(input)))
}

/** MD5 in lower-case hex: `apiSign` needs it, nothing else may. */
export async function md5Hex(input: string | Uint8Array): Promise<string> {
  return toHex(await crypto.subtle.digest('MD5', bytesOf(input)))
}

/** HMAC-SHA256 in lower-case hex; the key is the UTF-8 bytes of a text. */
export async function hmacSha256Hex(key: string, message: string | Uint8Array): Promise<string> {
  const imported = await crypto.subtle.importKey(
    'raw',
    encoder.encode(key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  return toHex(await crypto.subtle.sign('HMAC', imported, bytesOf(message)))
}

/** Whether two texts are equal, in a time that tells nothing of either: both are hashed first. */
export async function sameSecret(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all(
    [a, b].map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))),
  )
  return left !== undefined && right !== undefined && crypto.subtle.timingSafeEqual(left, right)
}
