// What all clients share: how they ask, when they may, what they know, and the tenant that they work on.
import { createHmac } from 'node:crypto'
import { demo } from '../demo-data.mjs'
import { signUrl } from '../signing.mjs'
import { Report, Shelf } from './model.mjs'
import { randomOf } from './random.mjs'

const PEOPLE = 10
const CALENDARS = 3
const WIDGETS = 3
/** People whose apps keep copies by sync token. */
const VIEWERS = 4

export function makeWorld(seed, server) {
  const report = new Report()
  let opened = Promise.withResolvers()
  opened.resolve()
  const shelf = (kind) => new Shelf(report, kind)
  const world = {
    seed,
    server,
    report,
    over: false,
    origin: server.origin,
    /** The operator's credentials, as headers. */
    operator: { Authorization: `Bearer ${server.operatorToken}` },
    shelves: {
      events: shelf('event'),
      follows: shelf('follows of'),
      relations: shelf('relation'),
      ownEvents: shelf('own event'),
      accounts: shelf('account'),
      schedules: shelf('schedule'),
      people: shelf('sign-up of'),
      merges: shelf('merge of'),
    },
    /** What was answered to who signed up, and to who was merged, by e-mail. */
    signedUp: new Map(),
    pairs: new Map(),
    /** Cookies of sessions of the portal that nobody ended. */
    sessions: [],
    /** What its forms did, by action and target of the audit, and how often. */
    audited: new Map(),
    /** The digest of the text that each ETag came with. */
    bytes: new Map(),
    /** What the receiver has to hear of: why, by type and the text that tells the message. */
    expected: new Map(),
    /** Holds all clients before their next request, and lets them go on. */
    close: () => {
      opened = Promise.withResolvers()
    },
    open: () => opened.resolve(),
    whenOpen: () => opened.promise,
    random: (name) => randomOf(seed, name),
    expectMessage: (type, about, request) => world.expected.set(`${type} ${about}`, request),
  }
  return world
}

/**
 * One request. Answers `{status, body, text}`, or null where no whole answer came: it may or may not have happened.
 * A fault of the server's own is a violation: being killed is no excuse, since then nothing answers.
 */
export async function ask(world, method, path, { fields, form, headers = {}, waits = true } = {}) {
  if (waits) await world.whenOpen()
  const body = form ? new URLSearchParams(form) : fields === undefined ? undefined : JSON.stringify(fields)
  const isSigned = path.startsWith('/apiv2')
  const { apiKey, secret } = demo
  const url = isSigned
    ? signUrl({ method, url: world.origin + path, body: body ?? '', apiKey, secret })
    : world.origin + path
  const type = fields === undefined ? {} : { 'Content-Type': 'application/json' }
  world.report.count('requests')
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { ...type, ...headers },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    if (response.status >= 500)
      world.report.violate('answers', `${method} ${path} answered ${response.status}`, text)
    if (response.headers.has('Idempotent-Replayed')) world.report.count('answers replayed by Idempotency-Key')
    const isJson = response.headers.get('Content-Type')?.startsWith('application/json')
    return { status: response.status, text, body: isJson && text !== '' ? JSON.parse(text) : null, response }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    world.report.count('requests without an answer')
    return null
  }
}

/** An answer that no rule of the product explains. */
export function unexpected(world, method, path, answer, fields) {
  world.report.violate('answers', `${method} ${path} answered ${answer.status}`, {
    sent: fields,
    answer: answer.text,
  })
}

/** A request that is repeated until it is answered, for reads and for what may be repeated freely. */
export async function insist(world, method, path, options) {
  for (;;) {
    const answer = await ask(world, method, path, options)
    if (answer?.status === 429) await pause(1_000)
    else if (answer) return answer
    else await pause(20)
  }
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** All rows of a list of the publisher API. */
export async function listAll(world, path, options) {
  const rows = []
  for (let page = 1; ; page++) {
    const { status, body } = await insist(world, 'GET', `${path}&limit=100&page=${page}`, options)
    if (status === 204) return rows
    rows.push(...body.data)
    if (body.data.length < 100) return rows
  }
}

/** The signature by which the embedding site vouches for an e-mail (widget-and-feeds.md 2). */
export const emailSign = (widgetId, email) =>
  createHmac('sha256', demo.secret).update(`${widgetId}\n${email}`).digest('hex')

/** Something that has to work before anything is killed. */
export async function must(world, method, path, options) {
  const answer = await ask(world, method, path, options)
  if (answer === null || answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer?.status} ${answer?.text}`)
  return answer.body
}

/** The tenant: widgets, calendars, people, tokens, the endpoint. */
export async function settle(world, receiver) {
  const hook = await must(world, 'POST', '/apiv2/webhook', { fields: { url: receiver.url } })
  receiver.secret = hook.data.secret
  world.endpointId = hook.data.id
  const range = (length) => Array.from({ length }, (_, n) => n)
  world.calendars = []
  for (const n of range(CALENDARS)) {
    const made = await must(world, 'POST', '/apiv2/calendar', { fields: { name: `Calendar ${n}` } })
    world.calendars.push(made.data.id)
  }
  world.widgets = []
  for (const n of range(WIDGETS)) {
    const made = await must(world, 'POST', '/apiv2/widget', { fields: { name: `Widget ${n}` } })
    world.widgets.push(made.data.id)
  }
  world.people = []
  for (const n of range(PEOPLE)) {
    const fields = {
      widgetId: world.widgets[n % WIDGETS],
      email: `person-${n}@example.com`,
      application: 'other',
    }
    const { ecalId, calendarUrl } = await must(world, 'POST', '/button/v1/subscriptions', { fields })
    const feedPath = new URL(calendarUrl.httpsCalUrl).pathname
    world.shelves.follows.thing(ecalId, [])
    const person = { ecalId, feedPath, token: '' }
    if (n < VIEWERS) {
      person.token = (
        await must(world, 'POST', `/apiv2/subscriber/${ecalId}/tokens`, { fields: {} })
      ).data.token
    }
    world.people.push(person)
  }
  world.viewers = world.people.slice(0, VIEWERS)
  const credentials = { client_id: demo.clientId, client_secret: demo.clientSecret }
  const form = { grant_type: 'client_credentials', ...credentials }
  const { access_token: jwt } = await must(world, 'POST', '/identity/connect/token', { form })
  world.service = jwt
  world.bearer = { Authorization: `Bearer ${jwt}` }
}
