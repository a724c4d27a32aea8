// @ts-check
// The identity provider as a browser sees it: who is it, and then the form that goes back to Daybook.
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { page, problem } from './layout.mjs'

/** @typedef {import('../hub.mjs').Hub} Hub */
/** @typedef {import('../model.mjs').Group} Group */

/** Who is signed in at the hub. Its path keeps it from Daybook, which shares the host. */
const cookie = 'marketplace_user'
const cookieOptions = /** @type {const} */ ({ path: '/api/v1/auth', httpOnly: true, sameSite: 'Lax' })
const clearedCookie = `${cookie}=; Max-Age=0; Path=/api/v1/auth; HttpOnly; SameSite=Lax`

/** @param {Hub} hub */
export function signOnPages(hub) {
  const app = new Hono()

  /** Signs a person in at the hub and opens Daybook, which then asks the hub who it is. */
  app.get('/launch', async (c) => {
    const { user = '', group_id: group = '' } = c.req.query()
    if (!mayOpen(hub, user, group)) return problem('Nobody of that group has this name. Choose again.', 404)
    setCookie(c, cookie, user, cookieOptions)
    return c.redirect(hub.initUrl(group))
  })

  /** `ssoUrl`: with `user`, or somebody of the group signed in, the answer goes back at once; else one is chosen. */
  app.get('/api/v1/auth/saml', async (c) => {
    const { SAMLRequest: encoded, RelayState: relayState, group_id: asked } = c.req.query()
    if (!encoded)
      return problem('There is no SAMLRequest in this address. Open Daybook from the marketplace.')
    let request
    try {
      request = await hub.readRequest(c.req.url)
    } catch (error) {
      return problem(`${error instanceof Error ? error.message : error}.`)
    }
    if (request.issuer !== hub.apiId) {
      return problem(`This request is of the app “${request.issuer}”; here is only “${hub.apiId}”.`)
    }
    if (!isOf(request.acs, hub.daybookOrigin)) {
      return problem(`The answer would go to ${request.acs}, which is not Daybook (${hub.daybookOrigin}).`)
    }
    if (asked && !hub.groups.has(asked)) return problem(`There is no group “${asked}”.`, 404)
    const named = c.req.query('user')
    if (named !== undefined && !hub.users.has(named)) return problem(`There is no user “${named}”.`, 404)

    const user = named ?? getCookie(c, cookie) ?? ''
    const group = asked ?? (named === undefined ? undefined : firstGroupOf(hub, user))
    if (group === undefined || !mayOpen(hub, user, group)) return chooser(hub, new URL(c.req.url))
    const { samlResponse } = await hub.respond(user, group, { request })
    return answerForm(hub, { acs: request.acs, samlResponse, relayState, user, group })
  })

  /** A sign-on that begins here, without a request of Daybook's. */
  app.get('/idp-initiated', async (c) => {
    const { user = '', group_id: group = '', RelayState: relayState } = c.req.query()
    if (!mayOpen(hub, user, group)) return problem('Nobody of that group has this name. Choose again.', 404)
    const { samlResponse } = await hub.respond(user, group)
    return answerForm(hub, { acs: hub.consumeUrl, samlResponse, relayState, user, group })
  })

  app.get('/submit.js', () => {
    const headers = { 'Content-Type': 'text/javascript; charset=utf-8' }
    return new Response('document.forms[0].submit()\n', { headers })
  })

  /** Where Daybook sends who signs out. */
  app.get('/app_logout', (c) => {
    const uid = c.req.query('user_uid') ?? ''
    const user = hub.users.get(uid) ?? hub.users.get(uid.split('.')[0] ?? '')
    if (user) hub.endSessions(user.uid)
    const body = html`<h1>You are signed out</h1>
<p>${user ? `${user.name}, you are` : 'You are'} signed out of Daybook and of the marketplace.</p>
<p><a class="button main wide" href="/">Back to the marketplace</a></p>`
    return page({ title: 'Signed out', narrow: true, body, headers: { 'Set-Cookie': clearedCookie } })
  })

  return app
}

/** Whether a user belongs to a group. @param {Hub} hub @param {string} user @param {string} group */
function mayOpen(hub, user, group) {
  const member = hub.groups.get(group)?.members.get(user)
  return member !== undefined && member.status !== 'removed' && hub.users.has(user)
}

/** @param {Hub} hub @param {string} user */
const firstGroupOf = (hub, user) => [...hub.groups.keys()].find((group) => mayOpen(hub, user, group))

/** @param {string} url @param {string} origin */
function isOf(url, origin) {
  return URL.canParse(url) && new URL(url).origin === origin
}

/** @param {Hub} hub @param {URL} address */
function chooser(hub, address) {
  const asked = hub.groups.get(address.searchParams.get('group_id') ?? '')
  const groups = asked ? [asked] : [...hub.groups.values()]
  const body = html`<h1>Who is signing in?</h1>
${groups.map((group) => chooserOf(hub, group, address))}`
  return page({ title: 'Sign in', narrow: true, body })
}

/** @param {Hub} hub @param {Group} group @param {URL} address */
function chooserOf(hub, group, address) {
  const people = [...group.members].flatMap(([uid, member]) => {
    const user = hub.users.get(uid)
    return user && member.status !== 'removed' ? [{ user, member }] : []
  })
  return html`<h2>${group.name}</h2>
${people.length === 0 ? html`<p class="soft">Nobody of this group has access to Daybook any more.</p>` : ''}
<ul class="people">${people.map(({ user, member }) => {
    const query = new URLSearchParams(address.searchParams)
    query.set('user', user.uid)
    query.set('group_id', group.uid)
    return html`<li><a class="button wide" href="/api/v1/auth/saml?${query.toString()}">
<span>${user.name} ${user.surname}</span> <span class="soft">${member.role ?? 'no role'}</span></a></li>`
  })}</ul>`
}

/**
 * @param {Hub} hub
 * @param {{ acs: string, samlResponse: string, relayState: string | undefined, user: string, group: string }} answer
 */
function answerForm(hub, { acs, samlResponse, relayState, user, group }) {
  const name = hub.users.get(user)?.name
  const body = html`<h1>Opening Daybook</h1>
<p>${name}, you are being signed in for ${hub.groups.get(group)?.name}.</p>
<form method="post" action="${acs}">
<input type="hidden" name="SAMLResponse" value="${samlResponse}">
${relayState === undefined ? '' : html`<input type="hidden" name="RelayState" value="${relayState}">`}
<button class="button main wide">Go on to Daybook</button>
</form>`
  const posts = [new URL(acs).origin]
  return page({ title: 'Opening Daybook', narrow: true, body, posts, scripts: ['/submit.js'] })
}
