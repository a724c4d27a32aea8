// @ts-check
// The shapes of what the hub keeps.

/**
 * A person of a group's staff.
 * @typedef {object} User
 * @property {string} uid
 * @property {string} name
 * @property {string} surname
 * @property {string} email
 * @property {string} country
 */
/**
 * A customer's subscription to Daybook. Who is `removed` was cancelled, and may be added again.
 * @typedef {object} Group
 * @property {string} uid
 * @property {string} name
 * @property {'active' | 'cancelled'} status
 * @property {string} email
 * @property {string} currency
 * @property {string} timezone
 * @property {string} country
 * @property {string} city
 * @property {boolean} hasCreditCard
 * @property {string | null} freeTrialEndsAt ISO 8601
 * @property {Map<string, Member>} members by uid
 */
/** @typedef {{ role: string | null, isOwner?: boolean, status?: 'active' | 'removed' }} Member */
/**
 * A call that Daybook made. `apiId` is the user name given, `headers` are without credentials and cookies, `body` is
 * parsed where it is JSON. `status` is null until it is answered, and stays so where it never was.
 * @typedef {{ at: string, method: string, path: string, query: Record<string, string>, apiId: string | null,
 *   authorized: boolean, headers: Record<string, string>, body: unknown, fault: string | null, status: number | null }} Call
 */
/** A call that the hub made to Daybook; status 0 where no answer came. @typedef {{ at: string, method: string, path: string, body: unknown, status: number, answer: string }} Sent */
/**
 * @typedef {object} HubOptions
 * @property {import('./identity.mjs').Identity} identity
 * @property {string} [origin] where the hub is reached; `http://localhost:8788`
 * @property {string} [daybookOrigin] `http://localhost:8787`
 * @property {string} [tenant] `demo`
 * @property {string} [apiId] `app-demo`
 * @property {string} [apiKey] `demo-marketplace-key`
 * @property {readonly User[]} [users]
 * @property {readonly Group[]} [groups]
 * @property {boolean} [idpInitiated] whether the start page offers sign-on that begins at the hub
 * @property {'auto' | 'before' | 'manual' | 'off'} [notifications] see `Hub.notifications`; `manual`
 * @property {boolean} [paginates] whether Connec! lists carry `pagination`; true
 * @property {readonly string[]} [collections] of Connec!; people, events, invoices
 * @property {readonly import('./faults.mjs').Fault[]} [faults]
 * @property {(request: Request) => Promise<Response>} [fetch] reaches Daybook; the global one
 * @property {() => number} [now] epoch milliseconds
 */

export {}
