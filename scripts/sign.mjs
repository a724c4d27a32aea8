#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { signUrl } from './signing.mjs'

const help = `Prints a URL of the publisher API, signed.

  node scripts/sign.mjs [--sha256] [--curl] METHOD URL [BODY]

  URL       absolute, or a path such as /apiv2/calendar (of DAYBOOK_ORIGIN, else http://localhost:8787)
  BODY      the bytes that will be sent; @FILE reads them from a file, - from standard input
  --sha256  signs with apiSign256 and the time, rather than with apiSign
  --curl    prints the whole curl command

  DAYBOOK_KEY and DAYBOOK_SECRET name the key, unless the URL has an apiKey; else it is demo-key with demo-secret.

  BODY='{"name":"Payment Due","startDate":"2030-05-01","allDay":true}'
  curl -sS -X POST "$(node scripts/sign.mjs POST '/apiv2/event?ecal_id=…' "$BODY")" -d "$BODY"

  The very bytes that are signed must be sent: curl -d sends a text as it is, but takes the line breaks out of a
  file; --data-binary @FILE does not.
`

const {
  DAYBOOK_KEY: apiKey = 'demo-key',
  DAYBOOK_SECRET: secret = 'demo-secret',
  DAYBOOK_ORIGIN: origin = 'http://localhost:8787',
} = process.env

function bytesOf(body) {
  if (body === '-') return readFileSync(0)
  return body.startsWith('@') ? readFileSync(body.slice(1)) : Buffer.from(body)
}

function curlCommand(method, url, body, bytes) {
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`
  const call = `curl -sS ${method === 'HEAD' ? '-I' : `-X ${method}`} ${quote(url)}`
  if (body === undefined) return call
  const data = body.startsWith('@') ? `--data-binary ${quote(body)}` : `--data-raw ${quote(bytes.toString())}`
  return `${call} -H 'Content-Type: application/json' ${data}`
}

function main() {
  const { values, positionals } = parseArgs({
    options: {
      sha256: { type: 'boolean' },
      curl: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
  })
  if (values.help) return console.log(help)
  const [given, address, body] = positionals
  if (given === undefined || address === undefined || positionals.length > 3) throw new Error(`\n${help}`)
  const method = given.toUpperCase()
  const bytes = bytesOf(body ?? '')
  const url = new URL(address, origin)
  url.hash = ''
  const signed = signUrl({ method, url, body: bytes, apiKey, secret, sha256: values.sha256 })
  console.log(values.curl ? curlCommand(method, signed, body, bytes) : signed)
}

try {
  main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
