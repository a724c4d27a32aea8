// What a marketplace and Daybook hold of each other: each bill once on both sides, each entity once, each company once.
import { TENANT } from '../marketplace.mjs'
import { insist, pause } from '../world.mjs'

const SETTLED_MS = 60_000
const base = `/operator/marketplaces/${TENANT}/groups`

async function read(world, path) {
  return (await insist(world, 'GET', path, { headers: world.operator })).body
}

/** All rows of a list of the operator's. */
async function readAll(world, path) {
  const rows = []
  for (let cursor = ''; ; ) {
    const { data, next } = await read(world, `${path}?limit=100${cursor}`)
    rows.push(...data)
    if (next === undefined) return rows
    cursor = `&cursor=${next}`
  }
}

const ended = new Set(['sent', 'active', 'cancelled'])

/** What a company still has to do with the hub. */
const waiting = ({ bills, connec }) => [
  ...bills.filter(({ state }) => !ended.has(state)),
  ...(connec.import.state === 'done' ? [] : [connec.import]),
]

/** The companies of who signed on, once nothing of theirs waits any more; crons run meanwhile. */
async function settledCompanies(world) {
  const until = Date.now() + SETTLED_MS
  for (;;) {
    const seen = new Map()
    for (const { uid, isKnown } of world.companies)
      if (isKnown) seen.set(uid, await read(world, `${base}/${uid}`))
    const left = [...seen.values()].flatMap(waiting)
    if (left.length === 0) return seen
    if (Date.now() > until) {
      world.report.violate('marketplace', 'something still waits for the hub', left)
      return seen
    }
    await world.server.cron('* * * * *')
    await pause(300)
  }
}

const differ = (a, b) => JSON.stringify([...a].sort()) !== JSON.stringify([...b].sort())

function checkBills({ report, hub }, company, { bills, plan }) {
  const violate = (text, detail) => report.violate('marketplace', `${company.uid}: ${text}`, detail)
  const there = Map.groupBy(
    [...hub.bills.values(), ...hub.recurringBills.values()].filter((bill) => bill.group_id === company.uid),
    ({ description }) => /\[(bill_\w+)\]$/.exec(description)?.[1],
  )
  const here = new Set(bills.map(({ id }) => id))
  for (const [id, copies] of there) {
    if (copies.length > 1) violate(`the bill ${id} is at the hub ${copies.length} times`, copies)
    if (!here.has(id)) violate(`a bill at the hub is none of ours`, copies)
  }
  for (const bill of bills) {
    const [copy] = there.get(bill.id) ?? []
    const isDue = bill.state === 'sent' || bill.state === 'active'
    if (isDue && (copy?.id !== bill.hubId || copy.status !== 'submitted'))
      violate(`a bill that is ${bill.state} is not so at the hub`, { bill, copy })
    if (!isDue && copy?.status === 'submitted')
      violate(`a bill that is ${bill.state} goes on at the hub`, { bill, copy })
  }
  const references = bills.filter(({ kind }) => kind === 'ad_hoc').map(({ reference }) => reference)
  if (differ(references, company.bought))
    violate('what was bought is not what is billed', { bought: [...company.bought], references })
  const active = bills.filter(({ state }) => state === 'active')
  if ((plan?.id ?? null) !== company.plan || active.length !== (company.plan === null ? 0 : 1))
    violate(`the plan is not ${company.plan}, or not billed once`, { plan, active })
  report.count('bills compared', bills.length)
}

/** Each entity of the hub is one record here, as it is there, and no record here is of another. */
async function checkEntities(world, { uid }) {
  const { report, hub } = world
  const map = await readAll(world, `${base}/${uid}/idmap`)
  for (const ids of [map.map(({ connecId }) => connecId), map.map(({ localId }) => localId)])
    if (new Set(ids).size < ids.length)
      report.violate('marketplace', `${uid}: the id map has an id twice`, ids)
  const mapped = new Map(map.map((entry) => [entry.connecId, entry]))
  for (const collection of ['people', 'events']) {
    for (const { id, updated_at: updatedAt } of hub.connec.list(uid, collection)) {
      const entry = mapped.get(id)
      if (entry?.entity !== collection || entry.updatedAt !== updatedAt)
        report.violate('marketplace', `${uid}: ${collection} ${id} is not here as at ${updatedAt}`, entry)
      mapped.delete(id)
    }
  }
  if (mapped.size > 0)
    report.violate('marketplace', `${uid}: the id map has what the hub has not`, [...mapped.values()])
  report.count('entities of the hub compared', map.length)
}

export async function checkMarketplace(world) {
  const { report } = world
  const companies = await settledCompanies(world)
  const publishers = await readAll(world, '/operator/publishers')
  for (const company of world.companies) {
    const made = publishers.filter(({ name }) => name === company.name)
    const seen = companies.get(company.uid)
    if (made.length > 1 || (seen && made[0]?.id !== seen.publisherId))
      report.violate('marketplace', `${company.uid} is there ${made.length} times`, made)
    if (!seen) continue
    if (
      differ(
        seen.users.map(({ uid }) => uid),
        [company.user],
      )
    )
      report.violate('marketplace', `${company.uid} has not its one user`, seen.users)
    checkBills(world, company, seen)
    await checkEntities(world, company)
  }
  report.count('companies compared', companies.size)
}
