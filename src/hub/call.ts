import { toBase64 } from '../platform/base64'
import { clock } from '../platform/clock'
import { parseRetryAfter, readBody, strictText } from '../platform/http'

/** A request to a marketplace's own API or its data hub. */
export type HubRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  /** Basic authentication; null sends none. */
  readonly credentials: { readonly apiId: string; readonly apiKey: string } | null
  /** Sent as JSON under `mediaType`. */
  readonly body?: unknown
  readonly mediaType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly maxBytes?: number
}

/**
 * How a call ended. Only an answer says what the hub did: without one the call may have had its effect. A body that is
 * no JSON is `undefined`; an empty one of a 204 too.
 */
export type HubAnswer =
  | {
      readonly answered: true
      readonly status: number
      readonly body: unknown
      /** What `Retry-After` asks for; 0 without one. */
      readonly retryAfterMs: number
    }
  | { readonly answered: false; readonly why: 'timeout' | 'connection failed' | 'too large' }

const MAX_BYTES = 5 * 1024 * 1024

/** Calls a hub once. Redirects are never followed: they come back as their 3xx. Never throws. */
export async function callHub(request: HubRequest): Promise<HubAnswer> {
  const { credentials, body, mediaType = 'application/json' } = request
  const headers = new Headers({ Accept: mediaType, 'User-Agent': 'Daybook/1.0', ...request.headers })
  if (credentials) headers.set('Authorization', basic(credentials))
  if (body !== undefined) headers.set('Content-Type', mediaType)
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(request.timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const bytes = await readBody(response, request.maxBytes ?? MAX_BYTES)
    if (bytes === 'too_large') return { answered: false, why: 'too large' }
    if (bytes === 'too_slow') return { answered: false, why: 'timeout' }
    const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), clock.now())
    return { answered: true, status: response.status, body: jsonOf(strictText(bytes)), retryAfterMs }
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError'
    return { answered: false, why: isTimeout ? 'timeout' : 'connection failed' }
  }
}

function basic({ apiId, apiKey }: { apiId: string; apiKey: string }): string {
  return `Basic ${toBase64(new TextEncoder().encode(`${apiId}:${apiKey}`))}`
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null || text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
