#!/usr/bin/env node
import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const help = `Prints a URL of the publisher API, signed.

  node scripts/sign.mjs [--sha256] METHOD URL [BODY]

  URL       absolute, or a path such as /apiv2/calendar (of DAYBOOK_ORIGIN, else http://localhost:8787)
  BODY      the bytes that will be sent; - reads them from standard input
  --sha256  signs with apiSign256 and the time, rather than with apiSign

  DAYBOOK_KEY and DAYBOOK_SECRET name the key; else it is demo-key with demo-secret.

  BODY='{"name":"Payment Due","startDate":"2030-05-01","allDay":true}'
  curl -sS -X POST "$(node scripts/sign.mjs POST '/apiv2/event?ecal_id=…' "$BODY")" -d "$BODY"
`

const { DAYBOOK_KEY = 'demo-key', DAYBOOK_SECRET = 'demo-secret' } = process.env
const { DAYBOOK_ORIGIN = 'http://localhost:8787' } = process.env

/** Parameters but the signatures, decoded and sorted by name. */
function sortedParameters(url) {
  return [...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** MD5 over secret, parameters and body (publisher-api.md 1.2). */
function apiSign(method, url, body) {
  const parameters = sortedParameters(url).map(([name, value]) => name + value)
  const hash = createHash('md5').update(DAYBOOK_SECRET + parameters.join(''))
  if (method === 'POST' || method === 'PUT') hash.update(body)
  return hash.digest('hex')
}

/** HMAC-SHA256 over method, path, query and the body's hash (publisher-api.md 1.4). */
function apiSign256(method, url, body) {
  const query = sortedParameters(url).map(([name, value]) => `${encode(name)}=${encode(value)}`)
  const bodyHash = createHash('sha256').update(body).digest('hex')
  const message = [method, url.pathname, query.join('&'), bodyHash].join('\n')
  return createHmac('sha256', DAYBOOK_SECRET).update(message).digest('hex')
}

/** Percent-encoding of RFC 3986, which leaves fewer characters bare than encodeURIComponent. */
function encode(text) {
  const hex = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text).replace(/[!'()*]/g, hex)
}

function signedUrl(method, address, body, useSha256) {
  const url = new URL(address, DAYBOOK_ORIGIN)
  const { searchParams } = url
  searchParams.delete('apiSign')
  searchParams.delete('apiSign256')
  if (!searchParams.has('apiKey')) searchParams.set('apiKey', DAYBOOK_KEY)
  if (useSha256) {
    if (!searchParams.has('ts')) searchParams.set('ts', String(Math.floor(Date.now() / 1000)))
    searchParams.set('apiSign256', apiSign256(method, url, body))
  } else {
    searchParams.set('apiSign', apiSign(method, url, body))
  }
  return url.href
}

function main() {
  const { values, positionals } = parseArgs({
    options: { sha256: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  })
  const [method, address, body = ''] = positionals
  if (values.help) return console.log(help)
  if (method === undefined || address === undefined || positionals.length > 3) throw new Error(`\n${help}`)
  const bytes = body === '-' ? readFileSync(0) : Buffer.from(body)
  console.log(signedUrl(method.toUpperCase(), address, bytes, values.sha256))
}

try {
  main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
