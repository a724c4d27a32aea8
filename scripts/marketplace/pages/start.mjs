// @ts-check
// The start page: opens Daybook as one of several people, and plays everything that a marketplace does to it.
import { html } from 'hono/html'
import { page } from './layout.mjs'

/** @typedef {import('../hub.mjs').Hub} Hub */
/** @typedef {import('../model.mjs').Group} Group */
/** @typedef {import('../model.mjs').Member} Member */
/** @typedef {import('./layout.mjs').Html} Html */

const NEWS_SHOWN = 12

/** @param {Hub} hub @param {string | null} notice what came of the last button */
export function startPage(hub, notice) {
  const body = html`<h1>Open Daybook</h1>
<p class="lead">Choose a person. They are signed in here and land in their company’s Daybook at ${hub.daybookOrigin}.</p>
${notice === null ? '' : html`<p class="note" role="status">${notice}</p>`}
${[...hub.groups.values()].map((group) => groupCard(hub, group))}
${news(hub)}
${faultForm(hub)}`
  return page({ title: 'Open Daybook', body })
}

/** @param {Hub} hub @param {Group} group */
function groupCard(hub, group) {
  const isCancelled = group.status === 'cancelled'
  return html`<section class="card" aria-labelledby="group-${group.uid}">
<div class="head"><h2 id="group-${group.uid}">${group.name}</h2> <code class="soft">${group.uid}</code></div>
${isCancelled ? html`<p class="due">This subscription has ended. Signing in shows what its people see now.</p>` : ''}
<ul class="rows">${[...group.members].map(([uid, member]) => memberRow(hub, group, uid, member))}</ul>
${bills(hub, group)}
<details>
<summary>Data, people and cancellation</summary>
<h3>Change something in the data hub</h3>
<p class="soft">Daybook is told at once, and shows it within seconds.</p>
<div class="actions">
${button(`/groups/${group.uid}/people`, 'Rename a person')}
${button(`/groups/${group.uid}/events`, 'Move an event by a day')}
${button(`/groups/${group.uid}/invoices`, 'Pay an invoice')}
</div>
<div class="actions">
${button(`/groups/${group.uid}/people/new`, 'Add a person')}
${button(`/groups/${group.uid}/events/new`, 'Add an event')}
${button(`/groups/${group.uid}/invoices/new`, 'Add an invoice')}
</div>
<h3>End a person’s access</h3>
<p class="soft">They are signed out at once; a plan by the number of people gets cheaper.</p>
<div class="actions">${[...group.members].map(([uid, member]) => accessButton(hub, group, uid, member))}</div>
<h3>End the subscription</h3>
<p class="soft">The portal and the APIs close at once; calendars go on for the days that were agreed, then they empty.</p>
<div class="actions">
${button(`/groups/${group.uid}/cancel`, `End the subscription of ${group.name}`, 'end')}
${isCancelled ? button(`/groups/${group.uid}/reopen`, 'Open it again here') : ''}
</div>
</details>
</section>`
}

/** @param {Hub} hub @param {Group} group @param {string} uid @param {Member} member */
function memberRow(hub, group, uid, member) {
  const user = hub.users.get(uid)
  const name = user ? `${user.name} ${user.surname}` : uid
  const query = new URLSearchParams({ user: uid, group_id: group.uid })
  const who = html`<span class="who"><span>${name}</span> <span class="soft">${member.role ?? 'No role'}</span></span>`
  if (member.status === 'removed') return html`<li>${who} <span class="due">No access any more</span></li>`
  return html`<li>${who}
<span class="actions">
${hub.idpInitiated ? html`<a class="button" href="/idp-initiated?${query.toString()}">Without a request</a>` : ''}
<a class="button main" href="/launch?${query.toString()}">Open as ${user?.name ?? uid}</a>
</span></li>`
}

/** @param {Hub} hub @param {Group} group @param {string} uid @param {Member} member */
function accessButton(hub, group, uid, member) {
  const name = hub.users.get(uid)?.name ?? uid
  const path = `/groups/${group.uid}/users/${uid}`
  return member.status === 'removed'
    ? button(`${path}/restore`, `Give ${name} access again`)
    : button(`${path}/cancel`, `End ${name}’s access`, 'end')
}

/** A form of one button. @param {string} action @param {string} text @param {string} [kind] */
const button = (action, text, kind = '') =>
  html`<form method="post" action="${action}"><button class="button ${kind}">${text}</button></form>`

/** @param {number} cents @param {string} currency */
const money = (cents, currency) => `${currency} ${(cents / 100).toFixed(2)}`

/** @param {Hub} hub @param {Group} group */
function bills(hub, group) {
  const isOurs = (/** @type {{ group_id: string }} */ bill) => bill.group_id === group.uid
  const recurring = [...hub.recurringBills.values()].filter(isOurs)
  const single = [...hub.bills.values()].filter(isOurs)
  if (recurring.length + single.length === 0) return html`<p class="soft">Daybook has sent no bill yet.</p>`
  const rows = [
    ...recurring.map((bill) => ({ bill, how: everyPeriod(bill.period, bill.frequency) })),
    ...single.map((bill) => ({ bill, how: 'once' })),
  ]
  return html`<table>
<thead><tr><th>Bill</th><th>When</th><th>Amount</th></tr></thead>
<tbody>${rows.map(
    ({ bill, how }) => html`<tr><td class="whole">${bill.description}</td>
<td>${bill.status === 'cancelled' ? `${how}, cancelled` : how}</td>
<td>${money(bill.price_cents, bill.currency)}</td></tr>`,
  )}</tbody>
</table>`
}

/** @param {string} period @param {number} frequency */
function everyPeriod(period, frequency) {
  const unit = period === 'SemiMonth' ? 'half month' : period.toLowerCase()
  return frequency === 1 ? `every ${unit}` : `every ${frequency} ${unit}s`
}

/** What was called last, either way. @param {Hub} hub */
function news(hub) {
  const all = [
    ...hub.calls.map(({ at, method, path, status }) => ({
      at,
      from: 'Daybook',
      text: `${method} ${path}`,
      status,
    })),
    ...hub.sent.map(({ at, method, path, status }) => ({
      at,
      from: 'Here',
      text: `${method} ${path}`,
      status,
    })),
  ]
  const last = all.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, NEWS_SHOWN)
  return html`<section class="card" aria-labelledby="news">
<div class="head"><h2 id="news">What was said last</h2>
<span class="soft"><a href="/calls">Calls received</a> · <a href="/sent">Calls made</a></span></div>
${
  last.length === 0
    ? html`<p class="soft">Nothing yet. What Daybook and the marketplace tell each other is listed here.</p>`
    : html`<table class="news">
<thead><tr><th>Time</th><th>From</th><th>Call</th><th>Answer</th></tr></thead>
<tbody>${last.map(
        ({
          at,
          from,
          text,
          status,
        }) => html`<tr><td><time datetime="${at}">${at.slice(11, 19)}</time></td><td>${from}</td>
<td class="whole"><code>${text}</code></td><td>${outcome(status)}</td></tr>`,
      )}</tbody>
</table>`
}
</section>`
}

/** @param {number | null} status @returns {Html} */
function outcome(status) {
  if (status === null) return html`<span class="due">waiting</span>`
  if (status === 0) return html`<span class="bad">no answer</span>`
  return html`<span class="${status < 400 ? 'good' : 'bad'}">${status}</span>`
}

const faultPaths = new Map([
  ['/api/v1/account/recurring_bills', 'Recurring bills'],
  ['/api/v1/account/bills', 'Single bills'],
  ['/api/v1/auth/saml', 'Session checks'],
  ['/connec/api/v2', 'The data hub'],
])

const faultAnswers = new Map([
  ['500', 'Answer 500'],
  ['429', 'Answer 429 (come back in 5 seconds)'],
  ['401', 'Answer 401'],
  ['hang', 'Hang for 30 seconds'],
  ['drop', 'Lose the connection'],
  ['redirect', 'Redirect elsewhere'],
  ['unreadable', 'Answer something unreadable'],
  ['refused', 'Refuse (success: false)'],
])

/** @param {Hub} hub */
function faultForm(hub) {
  const waiting = hub.faults()
  const option = (/** @type {[string, string]} */ [value, text]) =>
    html`<option value="${value}">${text}</option>`
  return html`<section class="card" aria-labelledby="faults">
<details ${waiting.length > 0 ? 'open' : ''}>
<summary id="faults">Make calls fail</summary>
<p class="soft">The next calls of Daybook’s to one of these places go wrong, to see how it copes.</p>
<form method="post" action="/faults">
<div class="fields">
<label>Calls to <select name="path">${[...faultPaths].map(option)}</select></label>
<label>What happens <select name="answer">${[...faultAnswers].map(option)}</select></label>
<label>How many <input type="number" name="times" value="1" min="1" max="100"></label>
</div>
<label class="check"><input type="checkbox" name="accept" value="true"> Do the work first, so that only the answer is lost</label>
<button class="button">Make them fail</button>
</form>
${
  waiting.length === 0
    ? ''
    : html`<ul class="rows">${waiting.map(
        ({ path, answer, times = 1 }) =>
          html`<li><span>${faultPaths.get(String(path)) ?? String(path)}: ${faultAnswers.get(String(answer)) ?? answer}</span>
<span class="soft">${times === 1 ? 'the next call' : `the next ${times} calls`}</span></li>`,
      )}</ul>
${button('/faults/clear', 'Let everything work again')}`
}
</details>
</section>`
}
