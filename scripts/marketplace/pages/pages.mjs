// @ts-check
// The marketplace's pages and its buttons, and what it tells as JSON.
import { Hono } from 'hono'
import { isPlainObject } from '../connec.mjs'
import { addDemoEntity, changeDemoEntity } from '../demo-changes.mjs'
import { problem } from './layout.mjs'
import { signOnPages } from './sign-on.mjs'
import { startPage } from './start.mjs'
import { styleSheet } from './style.mjs'

/** @typedef {import('../hub.mjs').Hub} Hub */
/** @typedef {import('../model.mjs').Sent} Sent */

/** @param {Hub} hub */
export function pages(hub) {
  const app = new Hono()
  /** What came of the last button, until it is shown. @type {string | null} */
  let notice = null

  /** Buttons are pressed on these pages only, whatever else is open in the browser. */
  app.use(async (c, next) => {
    const origin = c.req.header('Origin')
    const isForeign = origin !== undefined && origin !== new URL(c.req.url).origin
    if (c.req.method !== 'GET' && isForeign) return problem('This form was sent from another place.', 403)
    await next()
  })

  app.get('/', () => {
    const shown = notice
    notice = null
    return startPage(hub, shown)
  })
  app.get(
    '/hub.css',
    () => new Response(styleSheet, { headers: { 'Content-Type': 'text/css; charset=utf-8' } }),
  )
  app.route('/', signOnPages(hub))

  /** Calls received from Daybook, and made to it; the oldest first. */
  app.get('/calls', (c) => c.json(hub.calls))
  app.delete('/calls', (c) => {
    hub.calls.length = 0
    return c.body(null, 204)
  })
  app.get('/sent', (c) => c.json(hub.sent))

  /** Where the fault `redirect` leads: whoever follows it is seen in the calls. */
  app.all('/elsewhere', (c) => c.json({ success: true, errors: {}, data: { id: 'elsewhere' } }))

  app.post('/groups/:group/cancel', async (c) => {
    const { group } = c.req.param()
    if (!hub.groups.has(group)) return problem(`There is no group “${group}”.`, 404)
    return told(`The subscription of ${groupName(group)} has ended.`, await hub.cancelGroup(group))
  })
  app.post('/groups/:group/reopen', (c) => {
    const found = hub.groups.get(c.req.param('group'))
    if (!found) return problem('There is no such group.', 404)
    found.status = 'active'
    return back(`${found.name} is open again here. Daybook’s operator decides whether it is there.`)
  })
  app.post('/groups/:group/users/:user/cancel', async (c) => {
    const { group, user } = c.req.param()
    if (!hub.groups.get(group)?.members.has(user))
      return problem('There is no such person in that group.', 404)
    return told(
      `${userName(user)} has no access to ${groupName(group)} any more.`,
      await hub.cancelUser(group, user),
    )
  })
  app.post('/groups/:group/users/:user/restore', (c) => {
    const { group, user } = c.req.param()
    const member = hub.groups.get(group)?.members.get(user)
    if (!member) return problem('There is no such person in that group.', 404)
    member.status = 'active'
    return back(`${userName(user)} has access again. Daybook hears of it at the next sign-in.`)
  })

  app.post('/groups/:group/:collection', (c) => changed(c.req.param(), changeDemoEntity))
  app.post('/groups/:group/:collection/new', (c) => changed(c.req.param(), addDemoEntity))

  app.get('/faults', (c) => c.json(hub.faults().map((fault) => ({ ...fault, path: String(fault.path) }))))
  /** The form's fields, or a fault as JSON. */
  app.post('/faults', async (c) => {
    const isJson = c.req.header('Content-Type')?.startsWith('application/json')
    try {
      const fault = isJson ? await c.req.json() : faultOf(await c.req.parseBody())
      if (!isPlainObject(fault)) throw new Error('a fault is a JSON object')
      hub.fail(/** @type {import('../faults.mjs').Fault} */ (/** @type {unknown} */ (fault)))
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      return isJson ? c.json({ error: text }, 400) : problem(`${text}.`)
    }
    return isJson ? c.json({ success: true }, 201) : back('The next calls will fail.')
  })
  app.delete('/faults', (c) => {
    hub.clearFaults()
    return c.body(null, 204)
  })
  app.post('/faults/clear', () => {
    hub.clearFaults()
    return back('Everything works again.')
  })

  return app

  /** @param {string} text */
  function back(text) {
    notice = text
    return new Response(null, { status: 303, headers: { Location: '/' } })
  }

  /** @param {string} text @param {Sent} sent */
  function told(text, { status }) {
    return back(`${text} ${status === 0 ? 'Daybook did not answer.' : `Daybook answered ${status}.`}`)
  }

  /**
   * @param {{ group: string, collection: string }} where
   * @param {(hub: Hub, group: string, collection: string) => string} change says what it did
   */
  async function changed({ group, collection }, change) {
    const isKnown = hub.groups.has(group) && hub.connec.collections.includes(collection)
    if (!isKnown) return problem('There is no such data.', 404)
    const text = change(hub, group, collection)
    const [sent] = hub.notifications === 'off' ? [] : await hub.deliver()
    return sent ? told(text, sent) : back(text)
  }

  /** @param {string} uid */
  function groupName(uid) {
    return hub.groups.get(uid)?.name ?? uid
  }

  /** @param {string} uid */
  function userName(uid) {
    return hub.users.get(uid)?.name ?? uid
  }
}

/** @param {Record<string, unknown>} form */
function faultOf({ path, answer, times, accept }) {
  const status = Number(answer)
  return {
    path,
    answer: Number.isInteger(status) ? status : answer,
    times: Number(times),
    accept: accept === 'true',
    ...(status === 429 ? { retryAfter: 5 } : {}),
  }
}
