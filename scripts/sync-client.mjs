// The client of docs/sync.md: keeps a copy of what its credential sees. Plain Node; sync-follow.mjs adds live hints.

/** @typedef {{ id: string, sync_token: number, permission?: string, [field: string]: unknown }} Item */
/** @typedef {{ path: string, items: Map<string, Item>, syncToken: number }} Copy */

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A person's token has 40 hex digits; anything else is a service's access token. */
export const schemeOf = (token) => (/^[0-9a-f]{40}$/.test(token) ? 'Token' : 'Bearer')

/** An empty copy, of `/event-subscriptions` or `/events`; a service can sync the first only. @returns {Copy} */
export const newCopy = (path = '/event-subscriptions') => ({ path, items: new Map(), syncToken: 0 })

/** An answer read to its end; null where the server is away, or goes away in the middle of it. */
async function answerOf(url, headers) {
  try {
    const response = await fetch(url, { headers })
    return { response, text: await response.text() }
  } catch {
    return null
  }
}

/** One GET; waits where the server says so (429), and where it is away. @returns null for 410 */
async function get({ origin, token }, path, waitMs = 1000) {
  const headers = { Authorization: `${schemeOf(token)} ${token}` }
  const { response, text } = (await answerOf(origin + path, headers)) ?? {}
  if (response?.status === 410) return null
  if (response?.ok) return JSON.parse(text)
  const mayPass = !response || response.status === 429 || response.status >= 500
  if (!mayPass) throw new Error(`GET ${path} answered ${response.status}: ${text}`)
  await sleep(Number(response?.headers.get('Retry-After') ?? 0) * 1000 || waitMs)
  return get({ origin, token }, path, Math.min(waitMs * 2, 30_000))
}

/** Brings a copy up to date. `onChange` hears of each item that came, and of null where the copy starts over. */
export async function sync(server, copy, onChange = () => {}, from = copy.syncToken) {
  const page = await get(server, `${copy.path}?sync_token=${from}&order_by=sync_token&limit=100`)
  if (page === null) {
    copy.items.clear()
    copy.syncToken = 0
    onChange(null, copy)
    return sync(server, copy, onChange)
  }
  for (const item of page.data) {
    if (item.permission === 'removed') copy.items.delete(item.id)
    else copy.items.set(item.id, item)
    onChange(item, copy)
  }
  if (page.data.length === 100) return sync(server, copy, onChange, page.data[99].sync_token)
  // Only now is everything up to this token in the copy. Stopped before, the next sync begins where this one did.
  copy.syncToken = page.meta_data.sync_token
}
