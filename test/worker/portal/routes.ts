/** Every page and form of a session, and the least role that may use it. */
export const pages = [
  ['/portal', 'Guest'],
  ['/portal/options', 'Admin'],
  ['/portal/webhooks', 'Guest'],
  ['/portal/payments', 'Guest'],
  ['/portal/billing', 'Admin'],
  ['/portal/users', 'Admin'],
  ['/portal/help', 'Guest'],
] as const

/** Pages of one record, below those of the navigation. */
export const below = [
  ['/portal/webhooks/:id', 'Guest'],
  ['/portal/webhooks/:id/deliveries/:messageId', 'Power User'],
  ['/portal/payments/:accountId', 'Guest'],
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
  ['/portal/billing/plan', 'Admin'],
  ['/portal/billing/extras', 'Admin'],
  ['/portal/billing/bills/:id/retry', 'Admin'],
  ['/portal/billing/cancel', 'Admin'],
  ['/portal/users/:userId/block', 'Admin'],
  ['/portal/users/:userId/unblock', 'Admin'],
  ['/portal/logout', 'Guest'],
] as const

const ID = '0123456789abcdef01234567'

/** A path of the table with an id that nothing has. */
export const concrete = (path: string) => path.replace(/:\w+/g, ID)

/** Fields that would do something, were the form sent by whoever may. */
export const wouldDo = { plan: 'large', extra: 'sms', quantity: '1', confirm: 'yes', formId: 'ab'.repeat(16) }
