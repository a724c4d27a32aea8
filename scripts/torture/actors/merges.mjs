// People who are invited by an e-mail before they prove it: the proof brings two persons together.
import { demo } from '../../demo-data.mjs'
import { ask, emailSign, insist, pause, unexpected } from '../world.mjs'
import { createEvent } from './events.mjs'

const PATH = '/button/v1/subscriptions'

/** Somebody types an e-mail, the service invites that e-mail, and the link that the publisher sent proves it. */
async function meet(world, random, event, email) {
  const known = world.shelves.merges.thing(email, 'apart')
  const widgetId = random.pick(world.widgets)
  const keyed = () => ({ 'Idempotency-Key': random.hex(32) })

  /** A request that is repeated until it is answered well. */
  const until = async (method, path, fields, headers) => {
    for (;;) {
      const answer = await ask(world, method, path, { fields, headers })
      if (answer?.status === 429) await pause(1_000)
      else if (answer !== null) return answer
      await pause(20)
    }
  }
  const typed = await until('POST', PATH, { widgetId, email, application: 'other' }, keyed())
  // A 409: the one that died holds its key. This e-mail is given up; another one comes.
  if (!typed.body?.ecalId) return typed.status === 409 ? undefined : unexpected(world, 'POST', PATH, typed)
  const survivor = typed.body.ecalId
  const formerPath = new URL(typed.body.calendarUrl.httpsCalUrl).pathname
  const invitation = { event_id: event.id, subscriber: { email }, is_invitation: true }
  const invited = await until('POST', '/event-subscriptions', invitation, world.bearer)
  if (invited.status !== 200) return unexpected(world, 'POST', '/event-subscriptions', invited)
  const [{ id: relationId, subscriber }] = invited.body.data
  const pair = { survivor, merged: subscriber.id, eventId: event.id, formerPath }
  world.pairs.set(email, pair)
  const relation = world.shelves.relations.thing(relationId)
  const moved = world.shelves.relations.thing(`${event.id}_${survivor}`)
  const asked = { permission: 'invited_read', isInvitation: true, rsvp: 'not_replied' }
  relation.told(asked, 'POST /event-subscriptions by e-mail')

  const proof = {
    widgetId,
    apiKey: demo.apiKey,
    email,
    application: 'apple',
    emailSign: emailSign(widgetId, email),
  }
  const request = `POST ${PATH} with emailSign, ${email}`
  const headers = keyed()
  for (let isOpen = true; isOpen; ) {
    const answer = await ask(world, 'POST', PATH, { fields: proof, headers })
    isOpen = answer === null || answer.status === 429
    if (answer === null) {
      known.perhaps('one', request)
      relation.perhaps(null, request)
      moved.perhaps(asked, request)
    } else if (answer.status === 429) await pause(1_000)
    else if (answer.status === 200 && answer.body.ecalId === survivor) {
      known.told('one', request)
      relation.told(null, request)
      moved.told(asked, request)
      pair.feedPath = new URL(answer.body.calendarUrl.httpsCalUrl).pathname
      world.expectMessage('subscriber.merged', subscriber.id, request)
    } else if (answer.status !== 409) unexpected(world, 'POST', PATH, answer, proof)
    await pause(20)
  }
}

/** Looks whether two are one: all that the merge does is there, or nothing of it. */
export async function lookAtPair(world, email, { survivor, merged, formerPath, feedPath }, options) {
  const found = await insist(world, 'GET', `/apiv2/subscriber/${merged}`, options)
  const isOne = found.body?.data?.id === survivor
  const { body } = await insist(world, 'GET', `/apiv2/subscriber/${survivor}`, options)
  if (body.data.emailVerified !== isOne)
    world.report.violate('never half', `${email}: merged ${isOne}, proved ${body.data.emailVerified}`)
  world.shelves.merges.get(email).seen(isOne ? 'one' : 'apart', 'writes')
  const former = await insist(world, 'GET', formerPath, options)
  const showsWelcome = former.text.includes('SUMMARY:Your calendar is connected')
  if (former.status !== 200 || showsWelcome === isOne)
    world.report.violate(
      'never half',
      `${email}: merged ${isOne}, former address shows what is private: ${showsWelcome}`,
    )
  const present = feedPath ? (await insist(world, 'GET', feedPath, options)).text : ''
  if (feedPath && !present.includes('SUMMARY:Your calendar is connected'))
    world.report.violate('feeds', `${email}: the new address does not show the person's own events`)
}

export async function keepMerging(world, name) {
  const random = world.random(name)
  const event = await createEvent(world, random, `${name}-event`, { calendarId: world.calendars[0] })
  for (let number = 0; event && !world.over; number++) {
    await meet(world, random, event, `${name}-${number}@example.com`)
    await pause(random.between(500, 1_500))
  }
}
