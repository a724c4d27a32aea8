import { isAtLeast, type Role } from '../../../../../src/domain/marketplace/roles'
import { hubCalls } from '../../../../support/marketplace'
import { ORIGIN } from '../../../../support/publisher'
import { atTime } from '../../../../support/time'
import { cancel, DAY, HOUR } from '../../../identity/support'
import { forms, pages } from '../../../portal/routes'
import { aLink, Browser, signIn, signOn } from '../../../portal/support'
import {
  type Asked,
  asForeign,
  asNobody,
  type Caller,
  type Refused,
  type Row,
  type Rows,
  type Table,
  type Told,
} from '../table'
import type { World } from '../world'

const noStore = { 'Cache-Control': 'no-store' }
const html = { ...noStore, 'Content-Type': 'text/html; charset=utf-8' }
const inside = (title: string, words: string, status: number): Told => ({
  status,
  words: `${title} ${words} Go to the first page`,
  headers: html,
})
const outside = (title: string, words: string): Told => ({
  status: 403,
  words: `Daybook ${title} ${words} How to sign in`,
  headers: { ...html, 'Set-Cookie': null },
})

const signInFirst: Told = {
  status: 303,
  text: '',
  headers: { ...noStore, Location: '/portal/sign-in', 'Set-Cookie': null },
}
const notIn = outside('You are not signed in', 'Nothing was done. Please sign in, and send the form again.')
const badLink = outside(
  'This link can’t be used',
  'It was used before, has expired, or never was one. Please ask whoever sent it for a new one.',
)
const noPage = inside('There is no such page', 'What you are looking for is not here, or no longer.', 404)
const notForRole = inside(
  'This is not for your role',
  'Nothing was done. An Admin of your company can do it, or give you a role that may.',
  403,
)
const ended: Told = {
  status: 403,
  words:
    'Daybook Your subscription has ended Your company’s subscription to Daybook has ended, so the portal is closed. To go on, please turn to help@hub.example.com.',
  headers: html,
}

const isSignIn = (route: string) => route.includes('/portal/sign-in')
const reads = (route: string) => route.startsWith('GET')

/** Somebody who is in: their browser sends the session, and forms as pages of ours do. */
function staff(browser: Browser, csrf: string): Caller {
  return (asked) => ({
    ...asked,
    headers: {
      ...asked.headers,
      Cookie: `__Host-daybook=${browser.session}`,
      ...(asked.method === 'POST' ? formHeaders : {}),
    },
    ...(asked.method === 'POST' ? { body: `${asked.body ?? ''}&csrf=${csrf}` } : {}),
  })
}

const formHeaders = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: ORIGIN }

/** An Admin who has just read the page that the form is on, and so knows the record as it is. */
const upToDate =
  (browser: Browser): Caller =>
  async (asked) => {
    const send = staff(browser, await browser.csrf())
    if (asked.method !== 'POST') return send(asked)
    const page = await browser.get(asked.path)
    const fields = new URLSearchParams(asked.body)
    if (page.has(asked.path)) fields.set('revision', page.form(asked.path).fields.revision ?? '0')
    return send({ ...asked, body: fields.toString() })
  }

/** By the link of a path, with what its page has. */
const byLink: Caller = async (asked) => {
  if (asked.method === 'GET') return asked
  const page = await new Browser().get(asked.path)
  return {
    ...asked,
    headers: formHeaders,
    body: new URLSearchParams(page.form(asked.path).fields).toString(),
  }
}

/** What forms send that does something. */
const fieldsOf = (calendarId: string) => ({
  confirm: 'yes',
  revision: '0',
  name: 'New',
  timezone: 'Australia/Perth',
  startDate: '2040-06-01',
  url: 'https://hooks.club.com/new',
  events: '*',
  plan: 'large',
  extra: 'sms',
  quantity: '1',
  dueDate: '2031-01-31',
  amount: '5.00',
  scheduleDescription: '',
  externalScheduleId: '',
  action: 'add',
  calendarId,
})

/** When a form's turn is that ends what other forms need: what lies in a record goes before it. */
function lastOf(path: string): number {
  if (/^\/portal\/(webhooks|calendars)\/:id\/delete$/.test(path)) return 2
  return /\/(delete|disable|unsubscribe|cancel|revoke)$/.test(path) ? 1 : 0
}

/** Forms that show what they made, this once. */
const shows = [
  '/portal/options/keys',
  '/portal/options/keys/:apiKey/reveal',
  '/portal/webhooks',
  '/portal/webhooks/:id/rotate',
  '/portal/subscribers/:ecalId/confirm-email',
]

/** Pages and forms that name nothing of anybody's: another company's are about that company. */
const namesNothing = (path: string) => !path.includes(':')

async function rows({ a, records }: World): Promise<Rows> {
  const links = { read: await aLink(a.publisher.id), used: await aLink(a.publisher.id) }
  const places: Record<string, Record<string, string>> = {
    options: { ':apiKey': a.company.firstApiKey },
    webhooks: { ':id': records.webhook, ':messageId': records.message },
    payments: { ':accountId': 'ZQMARK', ':id': records.scheduleOfStaff },
    calendars: { ':id': a.calendarId },
    events: { ':id': records.event },
    subscribers: { ':ecalId': a.person.ecalId },
    billing: { ':id': records.bill },
    users: { ':userId': records.guest.userId },
  }
  const targetOf = (path: string) => {
    const filled = path.endsWith('/unblock')
      ? path.replace(':userId', records.blocked.userId)
      : path.endsWith('/enable')
        ? path.replace(':id', records.webhookOff)
        : path
    const names = places[path.split('/')[2] ?? ''] ?? {}
    return filled.replace(/:\w+/g, (name) => names[name] ?? name)
  }
  const all: [string, Row][] = [
    ['GET /portal/sign-in', { path: '/portal/sign-in', rightful: 200, by: asNobody }],
    ['GET /portal/sign-in/:token', { path: links.read.path, rightful: 200, by: byLink }],
    ['POST /portal/sign-in/:token', { path: links.used.path, rightful: 303, by: byLink }],
  ]
  for (const [path] of pages) {
    all.push([
      `GET ${path}`,
      { path: targetOf(path), rightful: 200, foreign: namesNothing(path) ? 'own' : noPage },
    ])
  }
  for (const [path] of forms) {
    const formId = crypto.randomUUID().replaceAll('-', '')
    const body = new URLSearchParams({ ...fieldsOf(a.calendarId), formId }).toString()
    const row = { path: targetOf(path), body, rightful: shows.includes(path) ? 200 : 303, last: lastOf(path) }
    all.push([`POST ${path}`, namesNothing(path) ? row : { ...row, foreign: noPage }])
  }
  const rows = Object.fromEntries(all)
  // Whoever signs out isn't who does all the rest.
  const leaving = { path: '/portal/logout', rightful: 303, by: upToDate(await signOn(a.company)) }
  return { ...rows, 'POST /portal/logout': leaving }
}

const leastOf = Object.fromEntries([
  ...pages.map(([path, least]): [string, Role] => [`GET ${path}`, least]),
  ...forms.map(([path, least]): [string, Role] => [`POST ${path}`, least]),
])

/** A browser that has a session's id, from wherever. */
function having(id: string): Browser {
  const browser = new Browser()
  browser.cookies.set('__Host-daybook', id)
  return browser
}

/** Who isn't in, whatever their browser sends. */
const stranger = (as: Caller): Refused => ({
  as,
  told: (route) => (isSignIn(route) ? null : reads(route) ? signInFirst : notIn),
})

const link = (path: string): Refused => ({
  as: (asked: Asked) => ({
    ...asked,
    path,
    ...(asked.method === 'POST' ? { headers: formHeaders, body: 'csrf=x' } : {}),
  }),
  told: (route) => (route.endsWith('/sign-in/:token') ? badLink : null),
})

export const portalTable: Table = {
  rows,
  rightful: ({ a }) => upToDate(a.admin),
  async refused({ a, b }) {
    const csrf = await a.admin.csrf()
    const at = (past: number) => atTime(Date.now() - past, () => signOn(a.company))
    const out = await signOn(a.company)
    const outCsrf = await out.csrf()
    const outSession = having(out.session)
    await out.post('/portal/logout', { csrf: outCsrf })
    const blocked = await signIn(a.publisher.id)
    await a.admin.post(`/portal/users/${blocked.userId}/block`, { csrf })
    const removed = await signOn(a.company)
    const path = `/maestrano/account/groups/${encodeURIComponent(a.company.groupUid)}/users/${removed.uid}/${a.marketplace.tenant}`
    await hubCalls(a.marketplace, 'DELETE', path)
    const closed = await signOn(a.other)
    await cancel(a.other.publisherId)
    const used = await aLink(a.publisher.id)
    await new Browser().send(used.path, used.path)
    const old = await atTime(Date.now() - DAY, () => aLink(a.publisher.id))
    const hash = [
      ...new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(a.admin.session))),
    ]
    const hex = hash.map((byte) => byte.toString(16).padStart(2, '0')).join('')
    const sessions: Record<string, Browser> = {
      'an unknown session': having('0'.repeat(64)),
      'the stored hash of a session': having(hex),
      'a session that was signed out': outSession,
      'a session of 13 hours ago': await at(13 * HOUR),
      'a session that was idle for 3 hours': await at(3 * HOUR),
      'a blocked user’s session': blocked,
      'a removed user’s session': removed,
    }
    const refused: Record<string, Refused> = { 'no session': stranger(asNobody) }
    for (const [who, browser] of Object.entries(sessions)) refused[who] = stranger(staff(browser, csrf))
    refused['an API key'] = stranger((asked) => ({
      ...asked,
      path: `${asked.path}?apiKey=${a.publisher.apiKey}`,
    }))
    refused['a person’s token'] = stranger((asked) => ({
      ...asked,
      headers: { ...asked.headers, Authorization: a.person.app.authorization ?? '' },
    }))
    refused['a cancelled company’s Admin'] = {
      as: staff(closed, csrf),
      told: (route) => (isSignIn(route) ? null : ended),
    }
    for (const role of ['Guest', 'Member', 'Power User'] as const) {
      const member = await signIn(a.publisher.id, { role })
      refused[`a ${role}`] = {
        as: staff(member, await member.csrf()),
        told: (route) => (isSignIn(route) || isAtLeast(role, leastOf[route] ?? 'Guest') ? null : notForRole),
        isOfA: true,
      }
    }
    refused['another company’s Admin'] = { as: staff(b.admin, await b.admin.csrf()), told: asForeign }
    refused['a used link'] = link(used.path)
    refused['an expired link'] = link(old.path)
    refused['an unknown link'] = link(`/portal/sign-in/${'0'.repeat(64)}`)
    return refused
  },
}
