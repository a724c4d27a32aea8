import { createHub, type Hub } from '../../scripts/marketplace/hub.mjs'
import type { Company } from '../../src/domain/marketplace/companies'
import type { Marketplace } from '../../src/domain/marketplace/marketplaces'
import { sendToWorker } from './front-door'
import { itsIdentity, MARKETPLACE_KEY } from './marketplace'
import { answersAt } from './network'
import { ORIGIN } from './publisher'

/**
 * The hub of a marketplace of tests, the same one that developers run: it answers at the marketplace's hosts until the
 * test ends, and reaches the Worker by itself.
 */
export async function aHub(
  marketplace: Marketplace,
  options: Partial<Parameters<typeof createHub>[0]> = {},
): Promise<Hub> {
  const hub = createHub({
    identity: await itsIdentity(),
    origin: marketplace.host,
    daybookOrigin: ORIGIN,
    tenant: marketplace.tenant,
    apiId: marketplace.apiId,
    apiKey: MARKETPLACE_KEY,
    fetch: sendToWorker,
    ...options,
  })
  const hosts = new Set([marketplace.host, marketplace.connec?.host ?? marketplace.host])
  for (const host of hosts) answersAt(new URL(host).host, (request) => hub.handle(request))
  return hub
}

/** Makes a company's group known to its hub. */
export function knows(hub: Hub, { groupUid, name, currency, timezone, country }: Company): void {
  hub.groups.set(groupUid, {
    uid: groupUid,
    name,
    status: 'active',
    email: '',
    currency,
    timezone,
    country,
    city: '',
    hasCreditCard: true,
    freeTrialEndsAt: null,
    members: new Map(),
  })
}
