// Sign-ups, and which calendars people follow.
import { ask, insist, pause, unexpected } from '../world.mjs'

const PATH = '/button/v1/subscriptions'

/** People who sign up; a lost answer is asked for again with the same Idempotency-Key. */
export async function keepSigningUp(world, name) {
  const random = world.random(name)
  for (let number = 0; !world.over; number++) {
    const email = `${name}-${number}@example.com`
    const known = world.shelves.people.thing(email)
    const fields = { widgetId: random.pick(world.widgets), email, application: 'google', data: { number } }
    const headers = { 'Idempotency-Key': random.hex(32) }
    const request = `POST ${PATH} ${email}`
    for (let isOpen = true; isOpen; ) {
      const answer = await ask(world, 'POST', PATH, { fields, headers })
      isOpen = answer === null || answer.status === 429
      if (answer === null) known.perhaps('somebody', request)
      else if (answer.status === 429) await pause(1_000)
      else if (answer.body?.ecalId) {
        known.told('somebody', request)
        world.signedUp.set(email, {
          ...answer.body,
          feedPath: new URL(answer.body.calendarUrl.httpsCalUrl).pathname,
        })
        world.expectMessage('subscriber.subscribed', answer.body.ecalId, request)
      } else if (answer.status === 409) {
        // The one that died holds the key: whether the person is there, the checks at the end will see.
        world.report.count('Idempotency-Keys in doubt')
      } else unexpected(world, 'POST', PATH, answer, fields)
      await pause(20)
    }
    await pause(random.between(500, 1_200))
  }
}

const followed = (world, data) => data.calIds.filter((id) => world.calendars.includes(id)).sort()

/** Reads what a person follows and holds it against what is known. */
export async function lookAtFollows(world, ecalId, options) {
  const { body } = await insist(world, 'GET', `/apiv2/subscriber/${ecalId}`, options)
  world.shelves.follows.get(ecalId).seen(followed(world, body.data.data), 'reads')
}

/** A client system that changes what people follow, several calendars at once. */
export async function keepFollowing(world, name) {
  const random = world.random(name)
  while (!world.over) {
    const { ecalId } = random.pick(world.people)
    const known = world.shelves.follows.get(ecalId)
    const action = random.chance(0.6) ? 'add' : 'remove'
    const calendarIds = random.some(world.calendars)
    const kept = known.state.filter((id) => action === 'add' || !calendarIds.includes(id))
    const state = [...new Set(action === 'add' ? [...kept, ...calendarIds] : kept)].sort()
    const path = `/apiv2/subscriber/${ecalId}/subscriptions/${action}`
    const request = `POST ${path} ${calendarIds}`
    const changes = state.length !== known.state.length
    const answer = await ask(world, 'POST', path, { fields: { calendarIds } })
    if (answer === null) {
      known.perhaps(state, request)
      await lookAtFollows(world, ecalId)
    } else if (answer.status !== 200) unexpected(world, 'POST', path, answer, calendarIds)
    else {
      known.told(state, request)
      known.seen(followed(world, answer.body.data.data), 'answers')
      if (changes) world.expectMessage('subscriber.updated', `${ecalId} ${state}`, request)
    }
    await pause(random.between(40, 200))
  }
}
