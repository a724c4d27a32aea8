// A client that keeps a copy of what its credential sees, right at any time. Plain Node; docs/sync.md says why it is so.
import { pathToFileURL } from 'node:url'

/** @typedef {{ path: string, items: Map<string, any>, syncToken: number }} Copy */
/** @typedef {(item: any, copy: Copy) => void} OnChange */

const LIMIT = 100
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A person's token has 40 hex digits; anything else is taken for a service's access token. */
const kindOf = (token) => (/^[0-9a-f]{40}$/.test(token) ? 'Token' : 'Bearer')

/** An empty copy, of `/event-subscriptions` or `/events`; a service can sync the first only. @returns {Copy} */
export const newCopy = (path = '/event-subscriptions') => ({ path, items: new Map(), syncToken: 0 })

/** One GET; waits where the server says so (429), and where it is away. @returns null for 410 */
async function get({ origin, token }, path, waitMs = 1000) {
  const headers = { Authorization: `${kindOf(token)} ${token}` }
  const response = await fetch(origin + path, { headers }).catch(() => null)
  if (response?.status === 410) return null
  if (response?.ok) return response.json()
  if (response && response.status < 500 && response.status !== 429) {
    throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`)
  }
  await sleep(Number(response?.headers.get('Retry-After') ?? 0) * 1000 || waitMs)
  return get({ origin, token }, path, Math.min(waitMs * 2, 30_000))
}

/**
 * Brings a copy up to date. `onChange` hears of each item that came, and of `null` where the copy starts over.
 * @param {{ origin: string, token: string }} server @param {Copy} copy @param {OnChange} [onChange]
 */
export async function sync(server, copy, onChange = () => {}) {
  let from = copy.syncToken
  for (;;) {
    const page = await get(server, `${copy.path}?sync_token=${from}&order_by=sync_token&limit=${LIMIT}`)
    if (page === null) {
      copy.items.clear()
      copy.syncToken = from = 0
      onChange(null, copy)
      continue
    }
    for (const item of page.data) {
      if (item.permission === 'removed') copy.items.delete(item.id)
      else copy.items.set(item.id, item)
      onChange(item, copy)
    }
    if (page.data.length === LIMIT) {
      from = page.data.at(-1).sync_token
      continue
    }
    // Only now is everything up to this token in the copy. Stopped before, the next sync begins where this one did.
    copy.syncToken = page.meta_data.sync_token
    return
  }
}

/**
 * Keeps copies up to date until `signal` ends it, or the credential is none any more (an error).
 * @param {{ origin: string, token: string }} server @param {Copy[]} copies
 * @param {OnChange} [onChange] @param {AbortSignal} [signal]
 */
export async function follow(server, copies, onChange, signal) {
  for (let waitMs = 500; !signal?.aborted; waitMs = Math.min(waitMs * 2, 30_000)) {
    for (const copy of copies) await sync(server, copy, onChange)
    if (await listen(server, copies, onChange, signal)) waitMs = 250
    if (!signal?.aborted) await sleep(waitMs * (1 + Math.random()))
  }
}

/** Syncs at each hint until the socket closes. @returns whether it ever opened */
function listen({ origin, token }, copies, onChange, signal) {
  const protocols = ['daybook', `${kindOf(token).toLowerCase()}.${token}`]
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/event-subscriptions/live`, protocols)
  return new Promise((resolve, reject) => {
    let heard = 0
    let work = Promise.resolve()
    // Without an answer to the last ping the line is dead, whatever the operating system says.
    const pings = setInterval(() => {
      if (heard < Date.now() - 60_000) return end(heard > 0)
      if (socket.readyState === WebSocket.OPEN) socket.send('ping')
    }, 25_000)
    const end = (opened, error) => {
      clearInterval(pings)
      signal?.removeEventListener('abort', stop)
      socket.close()
      work.then(() => (error ? reject(error) : resolve(opened)), reject)
    }
    const stop = () => end(heard > 0)
    signal?.addEventListener('abort', stop)
    socket.onmessage = ({ data }) => {
      heard = Date.now()
      if (data === 'pong') return
      const { sync_token: hint } = JSON.parse(data)
      work = work.then(async () => {
        for (const copy of copies) if (copy.syncToken !== hint) await sync({ origin, token }, copy, onChange)
      })
      work.catch((error) => end(true, error))
    }
    socket.onclose = ({ code }) => end(heard > 0, code === 4401 ? new Error('The token was revoked.') : null)
  })
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [origin, token] = process.argv.slice(2)
  if (!origin || !token) {
    console.error('npm run sync-client -- <origin> <person token or access token>')
    process.exit(2)
  }
  const paths = kindOf(token) === 'Token' ? ['/event-subscriptions', '/events'] : ['/event-subscriptions']
  const print = (item, { path, items }) =>
    console.log(
      item === null
        ? `${path}: starts over`
        : `${path} ${item.sync_token}: ${item.permission === 'removed' ? 'removed ' : ''}${item.id} ${item.title ?? item.permission} (${items.size} items)`,
    )
  await follow({ origin, token }, paths.map(newCopy), print)
}
