import { env } from 'cloudflare:workers'
import type { Hub } from '../../scripts/marketplace/hub.mjs'
import {
  addBill,
  type BillRow,
  billsOf,
  choosePlan,
  dropPlan,
  type NewBill,
  retryBill,
  settleSeats,
} from '../../src/domain/marketplace/billing'
import type { Company } from '../../src/domain/marketplace/companies'
import type { Marketplace } from '../../src/domain/marketplace/marketplaces'
import { unattendedContextOf } from '../../src/domain/unattended'
import { clock } from '../../src/platform/clock'
import { consume } from '../../src/queues'
import { aHub, knows } from './hub'
import { aCompany, aMarketplace, type GivenSettings, operatorCalls } from './marketplace'
import { atTime } from './time'

/** Plans that marketplaces of tests sell. */
export const plans = [
  { id: 'standard', name: 'Standard', priceCents: 4900, currency: 'AUD' },
  { id: 'yearly', name: 'Yearly', priceCents: 49_000, currency: 'AUD', period: 'Year', initialCents: 9900 },
  { id: 'team', name: 'Team', priceCents: 900, currency: 'AUD', perUser: true },
  { id: 'free', name: 'Free', priceCents: 0, currency: 'AUD' },
] as const

/** A company whose bills a hub of its own takes. */
export type Billed = {
  readonly marketplace: Marketplace
  readonly company: Company
  readonly hub: Hub
  /** Chooses a plan, as an Admin does in the portal, without waking its bill. */
  choose: (plan: string) => Promise<void>
  drop: () => Promise<void>
  /** Tries a failed bill once more. */
  retry: (id: string) => Promise<void>
  /** Brings the bill in line with the number of users. */
  settle: () => Promise<void>
  /** Buys something once. */
  order: (asked: Partial<NewBill> & { reference: string }) => Promise<void>
  /** Bills something, as the operator does. */
  operate: (body: Record<string, unknown>, group?: string) => Promise<Response>
  bills: () => Promise<readonly BillRow[]>
  /** Delivers the message of each bill, once, with the clock so much later. */
  deliver: (laterMs?: number) => Promise<void>
}

/** A new company with a hub. */
export async function aBilledCompany(settings: GivenSettings = {}): Promise<Billed> {
  const marketplace = await aMarketplace({ plans, ...settings })
  const hub = await aHub(marketplace)
  const company = await aCompany(marketplace)
  knows(hub, company)
  const acting = async () => {
    const context = await unattendedContextOf(
      { db: env.DB, now: clock.now() },
      company.publisherId,
      'user:test',
    )
    if (!context) throw new Error('unreachable')
    return context
  }
  const bills = async () => (await billsOf(env.DB, [company.publisherId])).get(company.publisherId) ?? []
  return {
    marketplace,
    company,
    hub,
    choose: async (plan) => choosePlan(await acting(), marketplace, plan),
    drop: async () => dropPlan(await acting()),
    retry: async (id) => void (await retryBill(await acting(), id)),
    settle: async () => settleSeats(await acting()),
    order: async (asked) => {
      const thing = {
        priceCents: 100,
        description: 'A thing',
        currency: null,
        units: null,
        thirdParty: false,
      }
      const bill = { ...thing, periodStartedAt: null, periodEndedAt: null, ...asked }
      await addBill(await acting(), marketplace, company, bill)
    },
    operate: (body, group = company.groupUid) =>
      operatorCalls('POST', `/marketplaces/${marketplace.tenant}/groups/${group}/bills`, body),
    bills,
    deliver: async (laterMs = 0) => {
      const messages = (await bills()).map(({ id }) => ({ bill: id }))
      await atTime(Date.now() + laterMs, () => consume(env, 'daybook-bills', messages))
    },
  }
}

/** Calls of one method to a path of the hub's account API. */
export function callsTo(hub: Hub, method: string, path: string) {
  return hub.calls.filter((call) => call.method === method && call.path.startsWith(`/api/v1/account/${path}`))
}
