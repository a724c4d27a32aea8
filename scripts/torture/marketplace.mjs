// A marketplace for the clients: a hub in this process, which no kill reaches, with groups that have entities already.
import { createMarketplace, tenantSettings } from '../marketplace/index.mjs'
import { must, pause } from './world.mjs'

export const TENANT = 'torture'
const COMPANIES = 3
/** More people than a page of the import has. */
const COUNTS = { people: 110, events: 12 }

const range = Array.from({ length: COMPANIES }, (_, n) => n + 1)

/** Each group has one user. */
const groups = () =>
  range.map((n) => ({
    uid: `cld-torture-${n}`,
    name: `Torture Company ${n}`,
    status: 'active',
    email: `office-${n}@torture.example`,
    currency: 'AUD',
    timezone: 'Australia/Melbourne',
    country: 'AU',
    city: 'Melbourne',
    hasCreditCard: true,
    freeTrialEndsAt: null,
    members: new Map([[`usr-torture-${n}`, { role: 'Super Admin', isOwner: true }]]),
  }))

const users = () =>
  range.map((n) => ({
    uid: `usr-torture-${n}`,
    name: `User ${n}`,
    surname: 'Torture',
    email: `user-${n}@torture.example`,
    country: 'AU',
  }))

/** Starts the hub; who uses it stops it. */
export async function startMarketplace(world) {
  const hub = await createMarketplace({
    port: 0,
    tenant: TENANT,
    daybookOrigin: world.origin,
    users: users(),
    groups: groups(),
    counts: Object.fromEntries(groups().map(({ uid }) => [uid, COUNTS])),
    // The clients send them, so that they can repeat what was not answered.
    notifications: 'manual',
  })
  // What was done at the hub is told late, so that many a kill comes between.
  const random = world.random('hub')
  const { handle } = hub
  hub.handle = async (request) => {
    const response = await handle(request)
    await pause(random.between(0, 300))
    return response
  }
  await hub.start()
  return hub
}

/** The operator's call, which tells Daybook of the hub. */
export async function settleMarketplace(world, hub) {
  await must(world, 'PUT', `/operator/marketplaces/${TENANT}`, {
    // Without a trial: bills are due at once.
    fields: tenantSettings(hub, { trialDays: 0 }),
    headers: world.operator,
  })
  world.hub = hub
  world.companies = [...hub.groups.values()].map(({ uid, name, members }) => {
    const [user] = members.keys()
    // What was acknowledged: whether somebody signed on, the plan, the references of what was bought.
    return { uid, name, user, isKnown: false, plan: null, bought: new Set() }
  })
}
