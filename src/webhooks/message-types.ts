/** Every type of message there is (`webhooks.md` 2). `*` in an endpoint's `events` means all, later ones included. */
export const messageTypes = [
  'subscriber.subscribed',
  'subscriber.updated',
  'subscriber.unsubscribed',
  'subscriber.link_requested',
  'event.created',
  'event.updated',
  'event.deleted',
  'event_subscription.created',
  'event_subscription.updated',
  'event_subscription.removed',
  'contact.verification_requested',
  'contact.verified',
  'subscriber.merged',
  'schedule.created',
  'schedule.deleted',
  'schedule.status_changed',
  'webhook.ping',
] as const

/** What the `ecal` format knows. */
export const ecalTypes: readonly string[] = ['*', 'subscriber.subscribed', 'subscriber.updated']

/** Whether an endpoint with these `events` wants a message of this type. */
export function wants(events: readonly string[], type: string): boolean {
  return events.includes('*') || events.includes(type)
}
