import { parseRetryAfter } from '../../platform/http'
import { type GuardOptions, guardAddress } from '../../webhooks/address-guard'

/** What a source answered: nothing new, its bytes with what it calls this version, or why there are none. */
export type Fetched =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'read'
      readonly bytes: Uint8Array
      readonly contentType: string
      readonly etag: string
      readonly lastModified: string
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number }

/** The version that is known already; '' for what isn't. */
export type KnownVersion = { readonly etag: string; readonly lastModified: string }

/** A whole look, redirects and body included, takes no longer. */
const TIMEOUT_MS = 20_000

/** More than 10,000 events of ordinary length; less than would fill an isolate while it is read. */
export const MAX_BYTES = 8 * 1024 * 1024

const MAX_HOPS = 5

/** Longer ones are no validators. */
const MAX_VALIDATOR = 1_000

/**
 * Fetches a source unless it is still what it was. Each address on the way passes the guard by itself (`webhooks.md`
 * 5), and no more is read than a calendar may have.
 */
export async function fetchSource(
  source: string,
  known: KnownVersion,
  guard: GuardOptions,
  now: number,
): Promise<Fetched> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    let address = source
    for (let hop = 0; hop <= MAX_HOPS; hop++) {
      const guarded = guardAddress(address, guard)
      if (!guarded.ok) return failed(refusal(guarded.reason, hop))
      const response = await fetch(guarded.url, { headers: headersFor(known), redirect: 'manual', signal })
      const next = redirectOf(response, guarded.url)
      if (next === null) return await readAnswer(response, known, signal, now)
      await response.body?.cancel()
      address = next
    }
    return failed(`It was sent on more than ${MAX_HOPS} times.`)
  } catch {
    const seconds = TIMEOUT_MS / 1000
    return failed(
      signal.aborted ? `No whole answer came within ${seconds} seconds.` : 'It could not be reached.',
    )
  }
}

function refusal(reason: string, hop: number): string {
  return hop === 0
    ? `The address is refused: ${reason}`
    : `It was sent on to an address that is refused: ${reason}`
}

function failed(reason: string, retryAfterMs = 0): Fetched {
  return { kind: 'failed', reason, retryAfterMs }
}

function headersFor({ etag, lastModified }: KnownVersion): Record<string, string> {
  return {
    Accept: 'text/calendar, text/plain;q=0.5, */*;q=0.1',
    'User-Agent': 'Daybook-Import/1.0',
    ...(etag === '' ? {} : { 'If-None-Match': etag }),
    ...(lastModified === '' ? {} : { 'If-Modified-Since': lastModified }),
  }
}

/** Where an answer sends on to; null where it doesn't. */
function redirectOf({ status, headers }: Response, from: URL): string | null {
  const location = headers.get('Location')
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return null
  const url = URL.parse(location, from)
  // A place within the text means nothing to the server.
  if (url) url.hash = ''
  return url?.href ?? location
}

async function readAnswer(
  response: Response,
  known: KnownVersion,
  signal: AbortSignal,
  now: number,
): Promise<Fetched> {
  const { status, headers } = response
  if (status === 304 && (known.etag !== '' || known.lastModified !== '')) return { kind: 'unchanged' }
  if (status !== 200) {
    await response.body?.cancel()
    const mayWait = status === 429 || status === 503
    const wait = mayWait ? parseRetryAfter(headers.get('Retry-After'), now) : 0
    return failed(`Its server answered with status ${status}.`, wait)
  }
  const bytes = await wholeBody(response.body, signal)
  if (bytes === null) return failed(`It is larger than ${MAX_BYTES / 1024 / 1024} MiB.`)
  const validator = (name: string) => {
    const value = headers.get(name) ?? ''
    return value.length > MAX_VALIDATOR ? '' : value
  }
  const contentType = headers.get('Content-Type') ?? ''
  return {
    kind: 'read',
    bytes,
    contentType,
    etag: validator('ETag'),
    lastModified: validator('Last-Modified'),
  }
}

/** All bytes of a body, unpacked where they are a gzip file; null where there are too many. */
async function wholeBody(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const bytes = await readAtMost(body, signal)
  if (bytes === null || bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    const packed = new Response(bytes).body
    return await readAtMost(packed?.pipeThrough(new DecompressionStream('gzip')) ?? null, signal)
  } catch {
    signal.throwIfAborted()
    return bytes
  }
}

async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  // It may come to nothing after all has been read.
  aborted.catch(() => undefined)
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    signal.throwIfAborted()
    const { done, value } = await Promise.race([reader.read(), aborted])
    if (done) break
    size += value.length
    if (size > MAX_BYTES) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
