// Companies of a marketplace: they sign on, choose plans and buy extras by the portal's forms, are billed by the operator,
// and their data hub tells of people and events. The hub is never killed; its calls and answers get lost all the same.
import { randomBytes } from 'node:crypto'
import { TENANT } from '../marketplace.mjs'
import { ask, insist, pause, unexpected } from '../world.mjs'
import { csrfOf, sendForm } from './portal.mjs'

const cookieOf = ({ response }) => response.headers.getSetCookie()[0].split(';')[0]

/** Signs on, from the start again where the answer was lost: an assertion works once. Answers `{cookie, csrf}` or null. */
async function signOn(world, company) {
  const start = `/maestrano/auth/saml/init/${TENANT}?group_id=${company.uid}`
  for (;;) {
    const started = await insist(world, 'GET', start)
    if (started.status !== 302) return unexpected(world, 'GET', start, started)
    const location = started.response.headers.get('Location')
    const { acs, form } = await world.hub.signOn(location, company.user)
    const path = new URL(acs).pathname
    const answer = await ask(world, 'POST', path, { form, headers: { Cookie: cookieOf(started) } })
    world.report.count('sign-ons from the marketplace')
    if (answer?.status === 303) {
      company.isKnown = true
      const cookie = cookieOf(answer)
      const home = await insist(world, 'GET', '/portal', { headers: { Cookie: cookie } })
      if (home.status !== 200) return unexpected(world, 'GET', '/portal', home)
      return { cookie, csrf: csrfOf(home.text) }
    }
    if (answer !== null) return unexpected(world, 'POST', path, answer)
    await pause(20)
  }
}

async function byForm(world, staff, path, form) {
  const { answer } = await sendForm(world, staff, path, form)
  if (answer.status === 303) return true
  unexpected(world, 'POST', path, answer, form)
  return false
}

const acts = {
  async plan(world, company, staff, random) {
    const plan = random.pick(['standard', 'yearly', 'team'])
    if (await byForm(world, staff, '/portal/billing/plan', { plan })) company.plan = plan
  },

  async drop(world, company, staff) {
    if (company.plan === null) return
    if (await byForm(world, staff, '/portal/billing/cancel', { confirm: 'yes' })) company.plan = null
  },

  async extra(world, company, staff, random) {
    const formId = randomBytes(16).toString('hex')
    const form = { extra: 'setup', quantity: String(1 + random.below(5)), formId }
    if (await byForm(world, staff, '/portal/billing/extras', form)) company.bought.add(`form:${formId}`)
  },

  async bill(world, company, _staff, random) {
    const path = `/operator/marketplaces/${TENANT}/groups/${company.uid}/bills`
    const fields = {
      reference: `bill-${random.hex(16)}`,
      priceCents: 1 + random.below(9_000),
      description: 'Work',
    }
    const answer = await insist(world, 'POST', path, { fields, headers: world.operator })
    if (answer.status === 202 || answer.status === 200) company.bought.add(fields.reference)
    else unexpected(world, 'POST', path, answer, fields)
  },
}

/** Lets Daybook hear of what changed at the hub, again until it has answered. */
async function notify(world, sent) {
  for (let told = sent; told.status !== 200; told = await world.hub.notify(told.body)) {
    if (told.status !== 0) return unexpected(world, told.method, told.path, { ...told, text: told.answer })
    await pause(20)
    await world.whenOpen()
  }
}

/** Somebody at the hub who keeps its people and events, also while Daybook imports them. */
export async function keepAtHub(world, name) {
  const random = world.random(name)
  const { hub } = world
  for (let number = 0; !world.over; number++) {
    await world.whenOpen()
    const company = random.pick(world.companies)
    const collection = random.pick(['people', 'events'])
    const fields =
      collection === 'people'
        ? {
            first_name: 'Pat',
            last_name: `${name} ${number}`,
            email: { address: `${name}-${number}@hub.example` },
          }
        : { name: `${name} ${number}`, start_date: random.day() }
    if (random.chance(0.5)) hub.connec.create(company.uid, collection, { ...fields, status: 'ACTIVE' })
    else
      hub.connec.update(
        company.uid,
        collection,
        random.pick(hub.connec.list(company.uid, collection)).id,
        fields,
      )
    // A company that nobody signed on to yet has no place for it, and imports it later.
    await Promise.all((await hub.deliver()).map((sent) => notify(world, sent)))
    world.report.count('notifications of the data hub')
    await pause(random.between(100, 500))
  }
}

/** Staff of a company at work. */
export async function keepCompany(world, name, company) {
  const random = world.random(name)
  let staff = null
  while (!world.over) {
    if (staff === null || random.chance(0.1)) staff = await signOn(world, company)
    if (staff !== null) {
      await acts[random.pick(['plan', 'plan', 'drop', 'extra', 'extra', 'bill'])](
        world,
        company,
        staff,
        random,
      )
      world.report.count('acts of billing')
    }
    await pause(random.between(200, 700))
  }
}
