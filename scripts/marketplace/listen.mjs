// @ts-check
// Serves a request handler over HTTP on this machine's own addresses.
import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * @param {(request: Request) => Promise<Response>} handle one that throws loses its connection
 * @param {number} port 0: any free one
 * @returns {Promise<{ port: number, close: () => Promise<void> }>}
 */
export async function listen(handle, port) {
  const first = await listenAt('127.0.0.1', handle, port)
  // `localhost` may mean either; a machine without IPv6 does without.
  const second = await listenAt('::1', handle, first.port).catch(() => null)
  return {
    port: first.port,
    close: async () => {
      await Promise.all([first.close(), second?.close()])
    },
  }
}

/** @param {string} host @param {(request: Request) => Promise<Response>} handle @param {number} port */
async function listenAt(host, handle, port) {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, handle).catch(() => outgoing.destroy())
  }).listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/**
 * @param {import('node:http').IncomingMessage} incoming @param {import('node:http').ServerResponse} outgoing
 * @param {(request: Request) => Promise<Response>} handle
 */
async function answer(incoming, outgoing, handle) {
  const { method = 'GET', url = '/', headers } = incoming
  const gone = new AbortController()
  outgoing.on('close', () => gone.abort())
  const chunks = []
  for await (const chunk of incoming) chunks.push(chunk)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const request = new Request(new URL(url, `http://${headers.host ?? 'localhost'}`), {
    method,
    headers: /** @type {[string, string][]} */ (
      Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
    ),
    ...(hasBody && chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    signal: gone.signal,
  })
  const response = await handle(request)
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
  outgoing.end(Buffer.from(await response.arrayBuffer()))
}
