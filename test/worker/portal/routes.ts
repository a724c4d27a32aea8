/** Every page and form of a session, and the least role that may use it. */
export const pages = [
  ['/portal', 'Guest'],
  ['/portal/options', 'Admin'],
  ['/portal/webhooks', 'Guest'],
  ['/portal/webhooks/:id', 'Guest'],
  ['/portal/webhooks/:id/deliveries/:messageId', 'Power User'],
  ['/portal/calendars', 'Guest'],
  ['/portal/calendars/:id', 'Guest'],
  ['/portal/events/:id', 'Guest'],
  ['/portal/subscribers', 'Guest'],
  ['/portal/subscribers/:ecalId', 'Guest'],
  ['/portal/payments', 'Guest'],
  ['/portal/payments/:accountId', 'Guest'],
  ['/portal/billing', 'Admin'],
  ['/portal/users', 'Admin'],
  ['/portal/settings', 'Admin'],
  ['/portal/help', 'Guest'],
] as const

export const forms = [
  ['/portal/options/keys', 'Admin'],
  ['/portal/options/keys/:apiKey/reveal', 'Admin'],
  ['/portal/options/keys/:apiKey/revoke', 'Admin'],
  ['/portal/webhooks', 'Power User'],
  ['/portal/webhooks/:id', 'Power User'],
  ['/portal/webhooks/:id/delete', 'Power User'],
  ['/portal/webhooks/:id/rotate', 'Power User'],
  ['/portal/webhooks/:id/test', 'Power User'],
  ['/portal/webhooks/:id/enable', 'Power User'],
  ['/portal/webhooks/:id/disable', 'Power User'],
  ['/portal/webhooks/:id/deliveries/:messageId/replay', 'Power User'],
  ['/portal/payments/:accountId/schedules', 'Power User'],
  ['/portal/payments/:accountId/schedules/:id/delete', 'Power User'],
  ['/portal/calendars', 'Member'],
  ['/portal/calendars/:id', 'Member'],
  ['/portal/calendars/:id/delete', 'Member'],
  ['/portal/calendars/:id/events', 'Member'],
  ['/portal/events/:id', 'Member'],
  ['/portal/events/:id/delete', 'Member'],
  ['/portal/subscribers/:ecalId/private-events', 'Power User'],
  ['/portal/subscribers/:ecalId/subscriptions', 'Power User'],
  ['/portal/subscribers/:ecalId/confirm-email', 'Power User'],
  ['/portal/subscribers/:ecalId/unsubscribe', 'Power User'],
  ['/portal/billing/plan', 'Admin'],
  ['/portal/billing/extras', 'Admin'],
  ['/portal/billing/bills/:id/retry', 'Admin'],
  ['/portal/billing/cancel', 'Admin'],
  ['/portal/users/:userId/block', 'Admin'],
  ['/portal/users/:userId/unblock', 'Admin'],
  ['/portal/settings', 'Admin'],
  ['/portal/logout', 'Guest'],
] as const

const ID = '0123456789abcdef01234567'

/** A path of the table with an id that nothing has. */
export const concrete = (path: string) => path.replace(/:\w+/g, ID)

/** Fields that would do something, were the form sent by whoever may. */
export const wouldDo = {
  plan: 'large',
  extra: 'sms',
  quantity: '1',
  confirm: 'yes',
  formId: 'ab'.repeat(16),
  name: 'Other',
  timezone: 'UTC',
  revision: '0',
}
