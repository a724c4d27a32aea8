// Signs calls of the publisher API, as a client system would. Plain Node, no dependencies.
import { createHash, createHmac } from 'node:crypto'

/** Parameters, decoded and sorted by name. */
function sortedParameters(url) {
  return [...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** MD5 over secret, parameters and body (publisher-api.md 1.2). */
function apiSign(secret, method, url, body) {
  const parameters = sortedParameters(url).map(([name, value]) => name + value)
  const hash = createHash('md5').update(secret + parameters.join(''))
  if (method === 'POST' || method === 'PUT') hash.update(body)
  return hash.digest('hex')
}

/** HMAC-SHA256 over method, path, query and the body's hash (publisher-api.md 1.4). */
function apiSign256(secret, method, url, body) {
  const query = sortedParameters(url).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const bodyHash = createHash('sha256').update(body).digest('hex')
  const message = [method, url.pathname, query.join('&'), bodyHash].join('\n')
  return createHmac('sha256', secret).update(message).digest('hex')
}

/** Percent-encoding of RFC 3986, which leaves fewer characters bare than encodeURIComponent. */
function encode(text) {
  const hex = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text).replace(/[!'()*]/g, hex)
}

/** The URL with `apiKey` and `apiSign`; with `sha256` with `ts` and `apiSign256` instead. */
export function signUrl({ method, url: address, body = '', apiKey, secret, sha256 = false }) {
  const url = new URL(address)
  const { searchParams } = url
  searchParams.delete('apiSign')
  searchParams.delete('apiSign256')
  if (!searchParams.has('apiKey')) searchParams.set('apiKey', apiKey)
  if (!sha256) {
    searchParams.set('apiSign', apiSign(secret, method, url, body))
    return url.href
  }
  if (!searchParams.has('ts')) searchParams.set('ts', String(Math.floor(Date.now() / 1000)))
  searchParams.set('apiSign256', apiSign256(secret, method, url, body))
  return url.href
}
