// @ts-check
// What can go wrong at a hub, on demand: the next calls to a path fail in one of these ways.

/**
 * `answer`:
 * - a status (500, 429, 401, 404 …) with a body that says `success: false`;
 * - `hang`: nothing comes for `ms`, then 504 (whoever gives up sooner never sees it);
 * - `drop`: the connection is lost without an answer;
 * - `redirect`: 302 to `location`;
 * - `unreadable`: 200 with a body that ends in the middle;
 * - `refused`: 200 with `success: false`;
 * - `oversized`: 200 with 6 MiB of JSON.
 *
 * With `accept` the call does its work first, so that a bill or an entity exists whose answer never came.
 * @typedef {object} Fault
 * @property {string | RegExp} path a path and all below it; or what path and query must match
 * @property {string} [method] any, where it is left out
 * @property {number} [times] how many calls fail; 1
 * @property {number} [skip] how many matching calls pass before; 0
 * @property {number | 'hang' | 'drop' | 'redirect' | 'unreadable' | 'refused' | 'oversized'} answer
 * @property {boolean} [accept]
 * @property {number | string} [retryAfter] header `Retry-After`: seconds or a date
 * @property {number} [ms] how long `hang` hangs; 30,000
 * @property {string} [location] where `redirect` leads; `/elsewhere` of the hub
 */

const answers = ['hang', 'drop', 'redirect', 'unreadable', 'refused', 'oversized']

/** Faults that wait for their calls. */
export function createFaults() {
  /** @type {(Fault & { times: number, skip: number })[]} */
  let waiting = []
  /** @type {Set<() => void>} */
  const hanging = new Set()

  return {
    /** @param {Fault} fault @throws where it names no such way to fail */
    add(fault) {
      const { path, answer, times = 1, skip = 0 } = fault
      if (typeof path !== 'string' && !(path instanceof RegExp)) throw new Error('a fault needs a path')
      const isStatus = typeof answer === 'number' && answer >= 200 && answer <= 599
      if (!isStatus && !answers.includes(String(answer))) {
        throw new Error(`answer is a status from 200 to 599 or one of: ${answers.join(', ')}`)
      }
      if (!Number.isInteger(times) || times < 1) throw new Error('times is a whole number from 1')
      if (!Number.isInteger(skip) || skip < 0) throw new Error('skip is a whole number from 0')
      waiting.push({ ...fault, times, skip })
    },

    /** Those that still wait. @returns {readonly Fault[]} */
    list: () => waiting,

    clear() {
      waiting = []
    },

    /** The fault that this call meets; each counts down by itself. @param {Request} request @returns {Fault | null} */
    take(request) {
      const { pathname, search } = new URL(request.url)
      for (const fault of waiting) {
        if (fault.method !== undefined && fault.method.toUpperCase() !== request.method) continue
        const { path } = fault
        const meets =
          typeof path === 'string'
            ? pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
            : new RegExp(path.source, path.flags.replace(/[gy]/g, '')).test(pathname + search)
        if (!meets) continue
        if (fault.skip > 0) {
          fault.skip--
          continue
        }
        fault.times--
        if (fault.times === 0) waiting = waiting.filter((other) => other !== fault)
        return fault
      }
      return null
    },

    /**
     * What the call gets instead of its answer.
     * @param {Fault} fault @param {Request} request @returns {Promise<Response>}
     */
    async answer(fault, request) {
      const { answer, retryAfter, ms = 30_000, location = '/elsewhere' } = fault
      const headers = { ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }) }
      const failure = { success: false, errors: { system: ['failed on demand'] }, data: {} }
      switch (answer) {
        case 'hang':
          await hang(request, ms)
          return new Response('this hub hung on demand', { status: 504 })
        case 'drop':
          throw new TypeError('the connection was lost on demand')
        case 'redirect':
          return new Response(null, {
            status: 302,
            headers: { Location: new URL(location, request.url).href },
          })
        case 'unreadable':
          return new Response('{"success":true,"data":{"id":', {
            headers: { 'Content-Type': 'application/json' },
          })
        case 'refused':
          return Response.json(failure, { headers })
        case 'oversized':
          return Response.json({ success: true, errors: {}, data: { id: 'x'.repeat(6 * 2 ** 20) } })
        default: {
          const empty = answer === 204 || answer === 304
          return empty
            ? new Response(null, { status: answer, headers })
            : Response.json(failure, { status: answer, headers })
        }
      }
    },

    /** Lets every call that hangs go. */
    release() {
      for (const letGo of hanging) letGo()
    },
  }

  /** @param {Request} request @param {number} ms */
  async function hang(request, ms) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer
    /** @type {() => void} */
    let letGo = () => {}
    await new Promise((/** @type {(value: null) => void} */ resolve) => {
      letGo = () => resolve(null)
      timer = setTimeout(letGo, ms)
      request.signal?.addEventListener('abort', letGo)
      hanging.add(letGo)
    })
    clearTimeout(timer)
    hanging.delete(letGo)
  }
}
