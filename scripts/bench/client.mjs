// A client of every surface for the load bench: each call answers its status, and how long it took to its last byte.
import { createHmac } from 'node:crypto'
import { demo } from '../demo-data.mjs'
import { signUrl } from '../signing.mjs'

/** Keeps connections open by itself, as `fetch` does. */
async function timed(url, init) {
  const from = performance.now()
  const response = await fetch(url, init)
  const bytes = await response.arrayBuffer()
  return { status: response.status, ms: performance.now() - from, headers: response.headers, bytes }
}

export const jsonOf = ({ bytes }) => JSON.parse(Buffer.from(bytes).toString('utf8'))

export function clientOf(origin) {
  const json = (fields) => (fields === undefined ? {} : { body: JSON.stringify(fields) })
  return {
    get: (path, headers = {}) => timed(origin + path, { headers }),
    send: (method, path, fields, headers = {}) => timed(origin + path, { method, headers, ...json(fields) }),
    /** A signed call of the publisher API. */
    publish(method, path, fields) {
      const body = fields === undefined ? '' : JSON.stringify(fields)
      const { apiKey, secret } = demo
      return timed(signUrl({ method, url: origin + path, body, apiKey, secret }), { method, ...json(fields) })
    },
    signUp(email, { isSigned = false } = {}) {
      const { widgetId, apiKey, secret } = demo
      const proof = {
        apiKey,
        emailSign: createHmac('sha256', secret).update(`${widgetId}\n${email}`).digest('hex'),
      }
      const fields = { widgetId, email, application: 'google', ...(isSigned ? proof : {}) }
      const headers = { 'Content-Type': 'application/json' }
      return this.send('POST', '/button/v1/subscriptions', fields, headers)
    },
    async bearer() {
      const form = { client_id: demo.clientId, client_secret: demo.clientSecret }
      const body = new URLSearchParams({ grant_type: 'client_credentials', ...form })
      const answer = await timed(`${origin}/identity/connect/token`, { method: 'POST', body })
      return { Authorization: `Bearer ${jsonOf(answer).access_token}` }
    },
  }
}
