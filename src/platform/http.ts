import type { Handler, Hono, Env as HonoEnv } from 'hono'

/** Why a body wasn't read to its end. */
export type BodyFault = 'too_large' | 'too_slow'

/** How long a body may take. Who was let in, and the time that a call is of, are those of its beginning. */
const BODY_PATIENCE_MS = 30_000

/**
 * The bytes of a request's or an answer's body, unless there are more than `limit` or they take too long: counted as
 * they come, so that a missing or false Content-Length doesn't matter. What comes after that isn't read.
 */
export async function readBody(
  message: Request | Response,
  limit: number,
  patienceMs = BODY_PATIENCE_MS,
): Promise<Uint8Array | BodyFault> {
  if (Number(message.headers.get('Content-Length') ?? 0) > limit) return 'too_large'
  if (message.body === null) return new Uint8Array()
  const reader = (message.body as ReadableStream<Uint8Array>).getReader()
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, patienceMs, null)
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const read = await Promise.race([reader.read(), late])
      if (read === null) return 'too_slow'
      if (read.done) return joined(chunks, size)
      size += read.value.byteLength
      if (size > limit) return 'too_large'
      chunks.push(read.value)
    }
  } finally {
    clearTimeout(timer)
    // Of a body that ended this is nothing; whether its sender minds doesn't matter.
    reader.cancel().catch(() => {})
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}

/** The text of strict UTF-8 bytes without BOM and U+0000; null where they are not. */
export function strictText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.startsWith('\ufeff') || text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** The path of a request's address, which the runtime has normalised: cheaper than to parse it once more. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}

/** An HTTP date as epoch milliseconds; null for anything else, which `Date.parse` may well take for a date. */
export function parseHttpDate(text: string): number | null {
  const at = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text.trim()) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? null : at
}

/** `Retry-After` in milliseconds from now: whole seconds or an HTTP date; 0 where it says neither (RFC 9110, 10.2.3). */
export function parseRetryAfter(value: string | null, now: number): number {
  if (value === null) return 0
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1_000
  return Math.max(0, (parseHttpDate(value) ?? now) - now)
}

/**
 * Answers every method that a known path doesn't have: `answer` gets the value of `Allow`. Stands after all routes
 * of the app. HEAD goes with GET.
 */
export function answerOtherMethods<E extends HonoEnv>(
  app: Hono<E>,
  answer: (allow: string) => Handler<E>,
  extra: readonly string[] = [],
): void {
  const methods = new Map<string, Set<string>>()
  for (const { path, method } of app.routes) {
    if (method === 'ALL') continue
    const known = methods.get(path) ?? new Set(extra)
    known.add(method)
    if (method === 'GET') known.add('HEAD')
    methods.set(path, known)
  }
  for (const [path, known] of methods) app.all(path, answer([...known].sort().join(', ')))
}
