// @ts-check
// The door of the local marketplace (marketplace.md 10), for Node. Inside workerd: hub.mjs and what it imports.
import { demoCounts, demoEntities, demoGroups, demoUsers } from './demo-data.mjs'
import { createHub } from './hub.mjs'
import { createIdentity } from './identity.mjs'
import { ensureIdentityProvider } from './identity-file.mjs'
import { listen } from './listen.mjs'

export { demoEntities, demoGroups, demoUsers } from './demo-data.mjs'
export { createHub } from './hub.mjs'
export { createIdentity } from './identity.mjs'
export { ensureIdentityProvider } from './identity-file.mjs'
export { networkOf } from './network.mjs'
export { encodeResponse, readAuthnRequest, signResponse } from './saml.mjs'
export { tenantSettings } from './settings.mjs'

/** @typedef {Awaited<ReturnType<typeof createMarketplace>>} Marketplace */
/** @typedef {Record<string, { people?: number, events?: number, invoices?: number }>} Counts by group uid */

/**
 * A marketplace with its demo people, to be started: a hub (hub.mjs) with `start` and `stop`. Without `stateDir`, its
 * key is one for this run alone. `port` 0 takes a free one; `origin` is right once it has started. Notifications are
 * sent by themselves, unless told otherwise.
 * @param {Partial<import('./model.mjs').HubOptions> & { stateDir?: string, port?: number, counts?: Counts }} [options]
 *   `counts`: how many entities the groups have at first; those of the demo
 */
export async function createMarketplace({ stateDir, port = 8788, counts = demoCounts, ...options } = {}) {
  const keep = () => (stateDir === undefined ? createIdentity() : ensureIdentityProvider(stateDir))
  const hub = createHub({
    origin: `http://localhost:${port}`,
    users: demoUsers(),
    groups: demoGroups(),
    notifications: 'auto',
    ...options,
    identity: options.identity ?? (await keep()),
  })
  for (const { uid, timezone, currency } of hub.groups.values()) {
    const { people = 0, events = 0, invoices = 0 } = counts[uid] ?? {}
    const entities = demoEntities({
      group: uid,
      people,
      events,
      invoices,
      timezone,
      currency,
      now: hub.now(),
    })
    for (const [collection, list] of Object.entries(entities)) {
      if (!hub.connec.collections.includes(collection)) continue
      for (const entity of list) hub.connec.put(uid, collection, entity)
    }
  }

  /** @type {Awaited<ReturnType<typeof listen>> | null} */
  let listener = null
  return Object.assign(hub, {
    /** Listens on 127.0.0.1 and ::1. */
    async start() {
      if (listener) throw new Error('the marketplace runs already')
      listener = await listen(hub.handle, port)
      if (options.origin === undefined) hub.origin = `http://localhost:${listener.port}`
    },
    /** Ends it, also calls that hang. */
    async stop() {
      hub.release()
      await listener?.close()
      listener = null
      await hub.settled()
    },
  })
}
