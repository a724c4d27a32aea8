import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import { patience } from '../support/waiting'

/** A message as it came over the wire. */
export type Arrival = { at: number; method: string; headers: IncomingHttpHeaders; body: string; type: string }

/** A client system's HTTP server on a port of its own, until the test ends. */
export async function aReceiver() {
  const arrived: Arrival[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const { method = '', headers } = request
    arrived.push({ at: Date.now(), method, headers, body, type: JSON.parse(body).type })
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  /** The first message of a type that says this somewhere, as soon as it has come: others write to the same publisher. */
  const first = (type: string, saying = ''): Promise<Arrival> =>
    vi.waitFor(() => {
      const found = arrived.find((arrival) => arrival.type === type && arrival.body.includes(saying))
      if (!found) throw new Error(`no ${type} came`)
      return found
    }, patience)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, arrived, first }
}
