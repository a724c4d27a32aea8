// Follows what a credential sees, by live hints over a WebSocket; the loop itself is in sync-client.mjs.
import { pathToFileURL } from 'node:url'
import { newCopy, schemeOf, sync } from './sync-client.mjs'

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Keeps copies up to date until `signal` ends it, or the credential is none any more (an error).
 * @param {{ origin: string, token: string }} server @param {import('./sync-client.mjs').Copy[]} copies
 * @param {(item: import('./sync-client.mjs').Item | null, copy: import('./sync-client.mjs').Copy) => void} [onChange] @param {AbortSignal} [signal]
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
  const protocols = ['daybook', `${schemeOf(token).toLowerCase()}.${token}`]
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
  const paths = schemeOf(token) === 'Token' ? ['/event-subscriptions', '/events'] : ['/event-subscriptions']
  const print = (item, { path, items }) =>
    console.log(
      item === null
        ? `${path}: starts over`
        : `${path} ${item.sync_token}: ${item.permission === 'removed' ? 'removed ' : ''}${item.id} ${item.title ?? item.permission} (${items.size} items)`,
    )
  await follow({ origin, token }, paths.map(newCopy), print)
}
