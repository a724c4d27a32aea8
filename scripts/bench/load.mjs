// Load for the feed bench: a few connections that ask one thing after the other. It reads answers from the socket
// itself, since a client that did more would be the bottleneck on the machine that it shares with the server.
import { connect } from 'node:net'

const CONNECTIONS = 8
const HEAD_END = Buffer.from('\r\n\r\n')
const LAST_CHUNK = Buffer.from('0\r\n\r\n')

/**
 * Asks a server for a path for some time. Answers requests a second, and the median and 99th percentile of the times
 * that answers took, in milliseconds.
 */
export async function load({ origin, path, headers = {}, status = 200 }, ms) {
  const { hostname, port } = new URL(origin)
  const lines = Object.entries({ Host: `${hostname}:${port}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  const times = []
  const start = performance.now()
  const until = start + ms
  const one = () => askRepeatedly({ hostname, port: Number(port), request, status }, until, times)
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  const seconds = (performance.now() - start) / 1_000
  times.sort((a, b) => a - b)
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN
  return { count: times.length, rps: times.length / seconds, p50: at(0.5), p99: at(0.99) }
}

function askRepeatedly({ hostname, port, request, status }, until, times) {
  return new Promise((resolve, reject) => {
    const socket = connect(port, hostname)
    socket.setNoDelay(true)
    let buffered = []
    let size = 0
    let wanted = null
    let sentAt = 0
    const ask = () => {
      buffered = []
      size = 0
      wanted = null
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('close', () => (performance.now() < until ? reconnectOrEnd() : resolve()))
    const reconnectOrEnd = () =>
      askRepeatedly({ hostname, port, request, status }, until, times).then(resolve, reject)
    socket.on('data', (chunk) => {
      buffered.push(chunk)
      size += chunk.length
      if (wanted === null) {
        wanted = headOf(Buffer.concat(buffered))
        if (wanted === null) return
        if (wanted.status !== status) {
          socket.destroy(new Error(`the server answered ${wanted.status}, not ${status}`))
          return
        }
      }
      if (wanted.isChunked ? !endsInLastChunk(chunk) : size < wanted.bytes) return
      const now = performance.now()
      times.push(now - sentAt)
      // What closes after each answer is asked on a new connection.
      if (now >= until) socket.end()
      else if (!wanted.closes) ask()
    })
  })
}

/** What an answer's head says of its length; null where the head isn't there yet. */
function headOf(buffer) {
  const end = buffer.indexOf(HEAD_END)
  if (end < 0) return null
  const head = buffer.subarray(0, end).toString('latin1')
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1])
  const [, length] = /^content-length: *(\d+)/im.exec(head) ?? []
  const body = status === 304 ? 0 : Number(length ?? Number.POSITIVE_INFINITY)
  const isChunked = status !== 304 && /^transfer-encoding: *chunked/im.test(head)
  return {
    status,
    bytes: end + HEAD_END.length + body,
    isChunked,
    closes: /^connection: *close/im.test(head) || head.startsWith('HTTP/1.0'),
  }
}

const endsInLastChunk = (chunk) => chunk.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)
