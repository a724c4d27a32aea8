// Every acknowledged change reached the receiver at least once, and so did every other that was committed.
import { pause } from '../world.mjs'

const EVERY_MINUTE = '* * * * *'

/** What tells a message from others of its type; the clients expect it under the same text. */
function aboutOf({ type, data }) {
  const [kind, what] = type.split('.')
  if (kind === 'event') return what === 'deleted' ? data.event.id : data.event.name
  if (kind === 'schedule') {
    const { scheduleId } = data.schedule
    return what === 'status_changed' ? `${scheduleId} ${data.status}` : scheduleId
  }
  if (kind === 'event_subscription') {
    const { id, permission, rsvp_status: rsvp } = data.eventSubscription
    return what === 'removed' ? id : `${id} ${permission} ${rsvp}`
  }
  if (type === 'subscriber.merged') return data.mergedEcalId
  if (type !== 'subscriber.updated') return data.ecalId
  const publicOnes = data.calendarIds.filter((id) => id !== data.privateCalendarId)
  return `${data.ecalId} ${publicOnes.sort()}`
}

/** Runs the crons until nothing waits to be dispatched or delivered. */
export async function untilQuiet(world, timeoutMs) {
  const headers = { Authorization: `Bearer ${world.server.operatorToken}` }
  const until = Date.now() + timeoutMs
  await world.server.cron('7 * * * *')
  for (;;) {
    await world.server.cron(EVERY_MINUTE)
    const health = await (await fetch(`${world.origin}/operator/health`, { headers })).json()
    if (health.changes.undispatched === 0 && health.webhooks.pending === 0) {
      if (health.webhooks.failed > 0)
        world.report.violate('webhooks', 'deliveries failed for good', health.webhooks)
      return
    }
    if (Date.now() > until)
      return world.report.violate('webhooks', 'something still waits to be delivered', health)
    await pause(500)
  }
}

export function checkWebhooks(world, messages) {
  const heard = new Set()
  for (const message of messages.values()) heard.add(`${message.type} ${aboutOf(message)}`)
  for (const [message, request] of world.expected)
    if (!heard.has(message)) world.report.violate('webhooks', `nobody heard of "${message}" after ${request}`)
  world.report.count('messages expected', world.expected.size)
  world.report.count('messages received', messages.size)
}
