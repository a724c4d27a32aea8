// @ts-check
// The hub in the place of the global `fetch`, for tests in which Daybook runs in the same isolate.

/**
 * A `fetch` that reaches this hub and nobody else: other hosts fail as an unknown one does, an abort rejects.
 * Redirects are not followed.
 * @param {{ origin: string, handle: (request: Request) => Promise<Response> }} hub
 * @returns {(input: RequestInfo | URL, init?: RequestInit) => Promise<Response>}
 */
export function networkOf(hub) {
  return async (input, init) => {
    const request = new Request(input, init)
    if (new URL(request.url).origin !== hub.origin) throw new TypeError('unknown host')
    const signal = init?.signal ?? request.signal
    signal?.throwIfAborted()
    /** @type {Promise<never>} */
    const aborted = new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
    return Promise.race([hub.handle(request), aborted])
  }
}
