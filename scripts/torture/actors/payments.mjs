// Payment accounts and their one-off schedules.
import { demo } from '../../demo-data.mjs'
import { ask, insist, pause, unexpected } from '../world.mjs'

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** A biller at work on one account. */
export async function keepAccount(world, name, accountId) {
  const random = world.random(name)
  const headers = world.bearer
  const base = `/accounts/${accountId}`
  const list = `${base}/oneOffSchedules`
  const account = world.shelves.accounts.thing(accountId)
  /** Schedule ids by external id. */
  const live = new Map()

  const lookAtAccount = async () => {
    const { status, body } = await insist(world, 'GET', base, { headers })
    account.seen(status === 200 ? { linked: body.subscriberId } : null, 'reads')
  }

  /** PUT and PATCH may be repeated: whichever came through, the account is as asked. */
  const link = async (method, subscriberId) => {
    const fields = { subscriberId }
    if (method === 'PUT')
      Object.assign(fields, { businessAccountId: demo.businessId, startDate: '2024-01-01' })
    const answer = await ask(world, method, base, { fields, headers })
    const state = { linked: subscriberId }
    if (answer === null) {
      account.perhaps(state, `${method} ${base}`)
      return lookAtAccount()
    }
    if (answer.status >= 300) return unexpected(world, method, base, answer, fields)
    account.told(state, `${method} ${base} ${subscriberId}`)
  }

  const lookAtSchedule = async (external, id) => {
    const known = world.shelves.schedules.get(external)
    const { status, body } = await insist(world, 'GET', `${list}/${id}`, { headers })
    if (status !== 200) return known.seen(null, 'reads')
    const told = await insist(world, 'GET', `${list}/${id}/status`, { headers })
    const [{ amount, dueDate }] = body.oneOffSchedules
    known.seen({ account: accountId, amount, dueDate, status: told.body.status }, 'reads')
  }

  /** The external id makes a repeat safe: where the first one came through, the second is refused. */
  const create = async (external) => {
    const fields = {
      dueDate: inDays(2 + random.below(300)),
      amount: 1 + random.below(500),
      externalScheduleId: external,
    }
    const known = world.shelves.schedules.thing(external)
    const state = { account: accountId, amount: fields.amount, dueDate: fields.dueDate, status: 'upcoming' }
    const request = `POST ${list} ${external}`
    for (let wasLost = false; ; ) {
      const answer = await ask(world, 'POST', list, { fields, headers })
      if (answer === null) {
        known.perhaps(state, request)
        wasLost = true
      } else if (answer.status === 201) {
        known.told(state, request)
        live.set(external, answer.body.scheduleId)
        world.expectMessage('schedule.created', answer.body.scheduleId, request)
        return
      } else if (answer.status === 400 && wasLost && answer.text.includes('not unique')) {
        const { body } = await insist(world, 'GET', `${list}?limit=50`, { headers })
        const found = body.oneOffSchedules.find(({ externalScheduleId }) => externalScheduleId === external)
        if (!found)
          return world.report.violate('never half', `${external} is taken, and there is no such schedule`)
        live.set(external, found.scheduleId)
        return lookAtSchedule(external, found.scheduleId)
      } else return unexpected(world, 'POST', list, answer, fields)
      await pause(20)
    }
  }

  const write = async (method, external, path, fields, after, type) => {
    const known = world.shelves.schedules.get(external)
    const before = known.state
    const request = `${method} ${path} ${JSON.stringify(fields) ?? ''}`
    const answer = await ask(world, method, path, { fields, headers })
    if (answer === null) {
      known.perhaps(after, request)
      await lookAtSchedule(external, live.get(external))
    } else if (answer.status !== 200) unexpected(world, method, path, answer, fields)
    else {
      known.told(after, request)
      const about = `${live.get(external)}${after ? ` ${after.status}` : ''}`
      if (after === null || after.status !== before.status) world.expectMessage(type, about, request)
    }
    if (known.state === null) live.delete(external)
  }

  const targets = [...world.people.slice(0, 4).map(({ ecalId }) => ecalId), null]
  for (let number = 0; !world.over; number++) {
    if (account.state === null) {
      await link('PUT', targets[0])
      continue
    }
    const [external, id] = live.size > 0 ? random.pick([...live]) : []
    const state = external && world.shelves.schedules.get(external).state
    if (!external || (live.size < 12 && random.chance(0.4))) await create(`${name}-${number}`)
    else if (random.chance(0.1)) await link('PATCH', random.pick(targets))
    else if (state.status !== 'paid' && random.chance(0.4)) {
      await write('DELETE', external, `${list}/${id}`, undefined, null, 'schedule.deleted')
    } else {
      const status = state.status === 'paid' ? 'failed' : random.pick(['promised', 'paid', 'failed'])
      const fields = status === 'promised' ? { status, date: inDays(30 + random.below(30)) } : { status }
      const path = `${list}/${id}/status`
      await write('POST', external, path, fields, { ...state, status }, 'schedule.status_changed')
    }
    await pause(random.between(20, 120))
  }
}
