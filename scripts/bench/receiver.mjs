// A client system that receives webhooks: an HTTP server on 127.0.0.1 that notes when each message came.
import { once } from 'node:events'
import { createServer } from 'node:http'

/**
 * Starts one. `arrivals` has, for each `webhook-id`, what came of it: how often, and how long after the commit (the
 * body's `timestamp`) it came first, in milliseconds. While `hangs`, it takes requests and never answers.
 */
export async function startReceiver() {
  const receiver = { url: '', hangs: false, arrivals: new Map(), lastAt: 0, stop: async () => {} }
  const server = createServer(async (request, response) => {
    const at = Date.now()
    const chunks = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return // the sender gave up
    }
    const id = String(request.headers['webhook-id'])
    const known = receiver.arrivals.get(id)
    if (known) {
      known.times++
    } else {
      const { timestamp } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      receiver.arrivals.set(id, { times: 1, delay: at - Date.parse(timestamp) })
    }
    receiver.lastAt = at
    if (!receiver.hangs) response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  receiver.url = `http://127.0.0.1:${server.address().port}/hook`
  receiver.stop = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return receiver
}
