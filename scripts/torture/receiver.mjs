// The client system that webhooks come to: verifies each, keeps what it said, and fails now and then.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

const SKEW_SECONDS = 300

/**
 * Starts one. Set `secret` once the endpoint exists. `messages` has each `webhook-id` that was taken (answered 204),
 * with its body. Each message fails at most once, so that its second attempt, after 5 s, is the last one needed.
 */
export async function startReceiver(report, random) {
  const receiver = { url: '', secret: '', messages: new Map(), stop: async () => {} }
  const bodies = new Map()
  const failed = new Set()

  const judge = (headers, body) => {
    const id = String(headers['webhook-id'])
    const at = Number(headers['webhook-timestamp'])
    const expected = createHmac('sha256', Buffer.from(receiver.secret.replace('whsec_', ''), 'base64'))
      .update(`${id}.${at}.${body}`)
      .digest()
    const given = String(headers['webhook-signature'])
      .split(' ')
      .map((text) => Buffer.from(text.slice(3), 'base64'))
    const isSigned = given.some((mac) => mac.length === 32 && timingSafeEqual(mac, expected))
    if (!isSigned) report.violate('webhooks', `${id} is not signed with the endpoint's secret`)
    if (!(Math.abs(Date.now() / 1_000 - at) < SKEW_SECONDS))
      report.violate('webhooks', `${id} has a stale time`)
    const earlier = bodies.get(id)
    if (earlier !== undefined && earlier !== body)
      report.violate('webhooks', `${id} came with two bodies`, { earlier, body })
    bodies.set(id, body)
    return id
  }

  const server = createServer(async (request, response) => {
    const chunks = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return // the server was killed while it sent
    }
    report.count('webhook requests')
    const body = Buffer.concat(chunks).toString('utf8')
    const id = judge(request.headers, body)
    if (!failed.has(id) && random.chance(0.05)) {
      failed.add(id)
      report.count('webhook requests failed on purpose')
      if (random.chance(0.5)) response.writeHead(500).end()
      else response.destroy()
      return
    }
    receiver.messages.set(id, JSON.parse(body))
    response.writeHead(204).end()
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
