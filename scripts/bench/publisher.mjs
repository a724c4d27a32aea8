// The demo publisher's side of a bench: signed calls of the publisher API, and sign-ups.
import { demo } from '../demo-data.mjs'
import { signUrl } from '../signing.mjs'

/** A signed call that has to succeed; answers `data`. */
export async function call(origin, method, path, fields) {
  const body = fields === undefined ? '' : JSON.stringify(fields)
  const { apiKey, secret } = demo
  const url = signUrl({ method, url: `${origin}${path}`, body, apiKey, secret })
  const response = await fetch(url, { method, ...(body === '' ? {} : { body }) })
  if (response.status === 204) return []
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  return JSON.parse(text).data
}

/** Signs a new person up; answers the `ecalId`. */
export async function signUp(origin, email) {
  return (await signUpForFeed(origin, email)).ecalId
}

/** Signs a new person up; answers the `ecalId` and the path of the feed. */
export async function signUpForFeed(origin, email) {
  const response = await fetch(`${origin}/button/v1/subscriptions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ widgetId: demo.widgetId, email, application: 'google' }),
  })
  if (response.status !== 201) throw new Error(`a sign-up answered ${response.status}`)
  const { ecalId, calendarUrl } = await response.json()
  return { ecalId, feedPath: new URL(calendarUrl.httpsCalUrl).pathname }
}
