import { env } from 'cloudflare:workers'
import { seal } from '../../src/platform/sealed'
import { fetchWorker } from './publisher'

/**
 * Signatures as a client system makes them, written from `publisher-api.md` 1.2 and 1.4 and not from the Worker's
 * code, so that tests compare two readings of the contract.
 */

const encoder = new TextEncoder()

const hex = (digest: ArrayBuffer) =>
  [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

const bytesOf = (body: string | Uint8Array = '') => (typeof body === 'string' ? encoder.encode(body) : body)

/** The pairs of a raw query string, by name. */
function sortedPairs(query: string): [string, string][] {
  return [...new URLSearchParams(query)].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** `apiSign` over a raw query and what is appended to it. */
export async function md5Sign(
  secret: string,
  query: string,
  appended: string | Uint8Array = '',
): Promise<string> {
  const text = encoder.encode(
    secret +
      sortedPairs(query)
        .map(([name, value]) => name + value)
        .join(''),
  )
  const body = bytesOf(appended)
  const all = new Uint8Array(text.length + body.length)
  all.set(text)
  all.set(body, text.length)
  return hex(await crypto.subtle.digest('MD5', all))
}

/** `apiSign256` over everything that a request is. */
export async function hmacSign(
  secret: string,
  method: string,
  path: string,
  query: string,
  body: string | Uint8Array = '',
): Promise<string> {
  const encode = (text: string) =>
    [...encoder.encode(text)]
      .map((byte) => {
        const char = String.fromCharCode(byte)
        return /[A-Za-z0-9\-._~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
      })
      .join('')
  const sorted = sortedPairs(query).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const bodyHash = hex(await crypto.subtle.digest('SHA-256', bytesOf(body)))
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(secret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const text = [method, path, sorted.join('&'), bodyHash].join('\n')
  return hex(await crypto.subtle.sign('HMAC', key, encoder.encode(text)))
}

export type RawCall = {
  method?: string
  /** Under `/apiv2`, with its slash. */
  path?: string
  /** Raw, without `?`; the signature is added behind it. */
  query: string
  body?: string | Uint8Array
  headers?: Record<string, string>
}

/** Sends a call with a signature that the test has made, or none. */
export function sendRaw({
  method = 'GET',
  path = '/calendar',
  query,
  body,
  headers = {},
}: RawCall): Promise<Response> {
  return fetchWorker(`/apiv2${path}?${query}`, { method, headers, ...(body === undefined ? {} : { body }) })
}

/** Sends a call signed with `apiSign` as its method asks for. */
export async function sendSigned(secret: string, call: RawCall): Promise<Response> {
  const takesBody = call.method === 'POST' || call.method === 'PUT'
  const sign = await md5Sign(secret, call.query, takesBody ? call.body : '')
  return sendRaw({ ...call, query: `${call.query}&apiSign=${sign}` })
}

/** Sends a call signed with `apiSign256`. */
export async function sendSigned256(secret: string, call: RawCall): Promise<Response> {
  const { method = 'GET', path = '/calendar', query, body } = call
  const sign = await hmacSign(secret, method, `/apiv2${path}`, query, body)
  return sendRaw({ ...call, query: `${query}&apiSign256=${sign}` })
}

/** Gives a publisher a key of a known name and secret, taking it from whoever had it. */
export async function seedKey(publisherId: number, apiKey: string, secret: string): Promise<void> {
  await env.DB.prepare(
    'INSERT OR REPLACE INTO api_keys (api_key, publisher_id, secret_sealed, created_at) VALUES (?, ?, ?, 0)',
  )
    .bind(apiKey, publisherId, await seal(env.ENCRYPTION_KEY, secret, apiKey))
    .run()
}

/** The server's clock in unix seconds. */
export const nowSeconds = () => Math.floor(Date.now() / 1000)
