// @ts-check
// The marketplace itself: a request handler over state in memory. Nothing here is Node's alone, so that tests inside
// workerd can let it stand for the network outside.
import { Hono } from 'hono'
import { accountApi } from './account-api.mjs'
import { basic, isAuthorized, userName } from './basic-auth.mjs'
import { createConnecStore } from './connec.mjs'
import { connecApi, withIds } from './connec-api.mjs'
import { createFaults } from './faults.mjs'
import { pages } from './pages/pages.mjs'
import { singleSignOn } from './single-sign-on.mjs'

/** @typedef {import('./model.mjs').Call} Call */
/** @typedef {import('./model.mjs').Sent} Sent */
/** @typedef {ReturnType<typeof createHub>} Hub */

const MINUTE_MS = 60_000
const CALLS_KEPT = 1_000
const apiBase = '/api/v1'
const connecBase = '/connec/api/v2'

/** A marketplace that listens nowhere yet. @param {import('./model.mjs').HubOptions} options */
export function createHub({
  identity,
  origin = 'http://localhost:8788',
  daybookOrigin = 'http://localhost:8787',
  tenant = 'demo',
  apiId = 'app-demo',
  apiKey = 'demo-marketplace-key',
  users = [],
  groups = [],
  idpInitiated = false,
  notifications = 'manual',
  paginates = true,
  collections,
  faults: firstFaults = [],
  fetch: reach = (request) => fetch(request),
  now = () => Date.now(),
}) {
  const state = {
    // Settings. Each may be changed at any time.
    identity,
    origin,
    daybookOrigin,
    tenant,
    apiId,
    apiKey,
    apiBase,
    connecBase,
    idpInitiated,
    paginates,
    /**
     * When Daybook hears of a changed entity, also of one that it changed itself: `auto` just after the answer,
     * `before` the answer (as a hub that is quicker than its own response), `manual` at `deliver()`, `off` never.
     */
    notifications,
    /** Whether ids in notifications are arrays by provider. */
    externalIds: false,
    /** How long until a session is to be checked again. */
    recheckMs: 3 * MINUTE_MS,
    now,

    /** @type {Map<string, import('./model.mjs').User>} by uid */
    users: new Map(users.map((user) => [user.uid, user])),
    /** @type {Map<string, import('./model.mjs').Group>} by uid */
    groups: new Map(groups.map((group) => [group.uid, group])),
    /** @type {Map<string, import('./bills.mjs').Bill>} by id */
    bills: new Map(),
    /** @type {Map<string, import('./bills.mjs').RecurringBill>} by id */
    recurringBills: new Map(),
    /** The last 1,000 calls that Daybook made, in order. @type {Call[]} */
    calls: [],
    /** The last 1,000 calls that the hub made to Daybook, in order. @type {Sent[]} */
    sent: [],

    /** PEM */
    get certificate() {
      return this.identity.certificate
    },
    get ssoUrl() {
      return `${this.origin}${apiBase}/auth/saml`
    },
    get consumeUrl() {
      return `${this.daybookOrigin}/maestrano/auth/saml/consume/${this.tenant}`
    },
  }

  const faults = createFaults()
  for (const fault of firstFaults) faults.add(fault)
  /** @type {{ group: string, collection: string, id: string }[]} */
  let outbox = []
  /** @type {Set<Promise<unknown>>} */
  const underWay = new Set()
  const connec = createConnecStore({
    now: () => state.now(),
    onChange: changed,
    ...(collections ? { collections } : {}),
  })

  const hub = Object.assign(state, {
    /** The Connec! store: what is there, and changes to it as if somebody had made them at the hub. */
    connec,

    /**
     * Answers a request as the hub does: account API, Connec!, single sign-on and pages.
     * @throws TypeError where a fault `drop` meets the call
     */
    handle,

    /** Makes the next calls to a path fail. @param {import('./faults.mjs').Fault} fault */
    fail: (fault) => faults.add(fault),
    /** The faults that still wait for their calls. */
    faults: () => faults.list(),
    clearFaults: () => faults.clear(),
    /** Lets every call that hangs go. */
    release: () => faults.release(),

    ...singleSignOn(state),

    /** Where a sign-on to a group begins. @param {string} group uid */
    initUrl: (group) =>
      `${state.daybookOrigin}/maestrano/auth/saml/init/${state.tenant}?group_id=${encodeURIComponent(group)}`,

    /** Ends a group's subscription, here and at Daybook. @param {string} group uid */
    cancelGroup(group) {
      const found = state.groups.get(group)
      if (found) found.status = 'cancelled'
      return callDaybook('DELETE', `/maestrano/account/groups/${encodeURIComponent(group)}/${state.tenant}`)
    },

    /**
     * Ends a user's access to a group, here and at Daybook.
     * @param {string} group uid @param {string} user uid @param {string} [sentId] what Daybook is told instead
     */
    cancelUser(group, user, sentId = user) {
      const member = state.groups.get(group)?.members.get(user)
      if (member) member.status = 'removed'
      const path = `groups/${encodeURIComponent(group)}/users/${encodeURIComponent(sentId)}`
      return callDaybook('DELETE', `/maestrano/account/${path}/${state.tenant}`)
    },

    /** Sends a Connec! notification as it is given: `{collection: entity or entities}`, each with its `group_id`. */
    notify,

    /** Sends what waits to be notified, one notification an entity, in order and as the entities are now. */
    deliver,

    /** For the Connec! API: what `before` wants sent. */
    async deliverBeforeAnswer() {
      if (state.notifications === 'before') await deliver()
    },

    /** Waits until no notification is under way any more. */
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  })

  const app = new Hono()
  app.route('/', pages(hub))
  app.route(apiBase, accountApi(hub))
  app.route(connecBase, connecApi(hub))
  return hub

  /** @param {string} group @param {string} collection @param {{ id: string }} entity @returns {void} */
  function changed(group, collection, { id }) {
    if (state.notifications !== 'off') outbox.push({ group, collection, id })
    if (state.notifications === 'auto') track(later(() => deliver()))
  }

  /** @param {unknown} body */
  function notify(body) {
    return callDaybook('POST', `/maestrano/connec/notifications/${state.tenant}`, body)
  }

  async function deliver() {
    const waiting = outbox
    outbox = []
    /** @type {Sent[]} */
    const results = []
    for (const { group, collection, id } of waiting) {
      const entity = connec.find(group, collection, id)
      if (!entity) continue
      const outward = state.externalIds ? withIds(group, entity) : entity
      results.push(await notify({ [collection]: [{ ...outward, group_id: group }] }))
    }
    return results
  }

  /** @param {Request} request @returns {Promise<Response>} */
  async function handle(request) {
    if (!isCall(request)) return app.fetch(request)
    const call = await record(request)
    const fault = faults.take(request)
    if (!fault) return finish(call, await app.fetch(request))
    call.fault = String(fault.answer)
    if (fault.accept) await app.fetch(request)
    return finish(call, await faults.answer(fault, request))
  }

  /** @param {Request} request */
  async function record(request) {
    const url = new URL(request.url)
    const text = await request.clone().text()
    const headers = Object.fromEntries(request.headers)
    delete headers.authorization
    delete headers.cookie
    /** @type {Call} */
    const call = {
      at: new Date(state.now()).toISOString(),
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      apiId: userName(request),
      authorized: isAuthorized(state, request),
      headers,
      body: text === '' ? null : parsed(text),
      fault: null,
      status: null,
    }
    keep(state.calls, call)
    return call
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<Sent>} */
  async function callDaybook(method, path, body) {
    const request = new Request(`${state.daybookOrigin}${path}`, {
      method,
      headers: {
        Authorization: basic(state),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    })
    const at = new Date(state.now()).toISOString()
    // An answer that breaks off is none.
    const outcome = await reach(request)
      .then(async (response) => ({ status: response.status, answer: await response.text() }))
      .catch((error) => ({ status: 0, answer: error instanceof Error ? error.message : String(error) }))
    /** @type {Sent} */
    const sent = { at, method, path, body: body ?? null, ...outcome }
    keep(state.sent, sent)
    return sent
  }

  /** @param {Promise<unknown>} work */
  function track(work) {
    const tracked = work.catch((error) => console.error(error)).finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }
}

/** Whether Daybook's server makes such calls, rather than a browser. @param {Request} request */
function isCall(request) {
  const { pathname } = new URL(request.url)
  const isOfApi = pathname.startsWith(`${apiBase}/`) || pathname.startsWith(`${connecBase}/`)
  return (isOfApi && pathname !== `${apiBase}/auth/saml`) || pathname === '/elsewhere'
}

/** @param {Call} call @param {Response} response */
function finish(call, response) {
  call.status = response.status
  return response
}

/** After the answer that is being made. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
const later = (work) => new Promise((resolve) => setTimeout(() => resolve(work()), 20))

/** @template T @param {T[]} list @param {T} entry */
function keep(list, entry) {
  list.push(entry)
  if (list.length > CALLS_KEPT) list.shift()
}

/** @param {string} text @returns {unknown} */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
