import type { Handler, Hono, Env as HonoEnv } from 'hono'

/**
 * The bytes of a request's or an answer's body, or null where there are more than `limit`: counted as they come, so that a missing
 * or false Content-Length doesn't matter.
 */
export async function readBody(message: Request | Response, limit: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (Number(message.headers.get('Content-Length') ?? 0) > limit) return null
  for await (const chunk of (message.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > limit) return null
    chunks.push(chunk)
  }
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
