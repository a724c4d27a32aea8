import { portalCalendarStyle } from './portal-calendar-style'
import { portalTableStyle } from './portal-table-style'

/**
 * What the portal adds to the one style sheet: a plain list of places at the left, at the top on phones, and right of it
 * the page as one sheet. Readable from 320 px and at twice the text size.
 */
export const portalStyle = `
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; inset-inline-start: 1rem; top: -4rem; padding: 0.5rem 0.75rem; background: var(--sheet); border-radius: 8px; z-index: 1; }
.skip:focus { top: 0.5rem; }

.portal { display: flex; flex-direction: column; min-height: 100vh; min-height: 100dvh; }
.portal > .top, .portal > .places { padding-inline: 1rem; }
.portal main { flex: 1; min-width: 0; padding: 1.25rem 1rem 2.5rem; background: var(--sheet); border-top: 1px solid var(--rule); }
.portal main:focus { outline: none; }
.portal main > * + * { margin-top: 1.5rem; }
.portal main > .crumb + h1 { margin-top: 0.25rem; }
.portal main > section + section { margin-top: 2.5rem; }
.portal h1 { max-width: 40ch; }
.portal h2 { font-size: 1.25rem; line-height: 1.3; }
.portal h3 { margin: 0; font-size: 1rem; font-weight: 650; }
.portal section > * + *, .portal form > * + *, .sheet > * + *, .prose > * + * { margin-top: 0.75rem; }
.portal input[type='hidden'] + * { margin-top: 0; }
.portal p, .portal li, .prose { max-width: 68ch; }
.portal ol, .prose ul { margin-block-end: 0; padding-inline-start: 1.5rem; }
.portal .prose section + section { margin-top: 2.5rem; }
.portal .prose h3 { margin-top: 1.5rem; }
.prose li + li { margin-top: 0.5rem; }
code { font: 0.875rem/1.5 ui-monospace, monospace; }

.top { display: flex; gap: 0.25rem 1rem; align-items: center; justify-content: space-between; padding-top: 0.5rem; }
.top .company { flex: 1 1 30%; min-width: 30%; font-weight: 650; text-wrap: balance; }
.who { display: flex; min-width: 0; gap: 0 0.75rem; align-items: center; font-size: 0.875rem; }
.who p { min-width: 0; }
.who p > * { display: block; line-height: 1.3; }
.who form { flex: none; }
.crumb a { display: inline-flex; align-items: center; min-height: 1.75rem; font-size: 0.875rem; }

.places { padding-block: 0.25rem 0.5rem; }
.places ul { display: flex; flex-wrap: wrap; gap: 0; margin: 0 0 0 -0.5rem; padding: 0; list-style: none; }
.places a { display: flex; align-items: center; min-height: 2.25rem; padding: 0.25rem 0.5rem; color: var(--ink); font-size: 0.875rem; text-decoration: none; border-radius: 8px; }
.places a:hover { color: var(--accent); text-decoration: underline; }
.places [aria-current] { color: var(--accent); font-weight: 650; box-shadow: inset 0 -2px var(--accent); border-radius: 0; }

@media (min-width: 60rem) {
  .portal {
    display: grid; grid-template: auto 1fr / 13rem minmax(0, 1fr); gap: 0 1.5rem;
    max-width: 88rem; margin: 0 auto; padding: 1.5rem;
  }
  .portal > .top, .portal > .places { padding: 0; }
  .top { display: block; align-self: start; padding-block: 0.5rem 1.25rem; }
  .top .company { font-size: 1.25rem; line-height: 1.3; }
  .who { display: block; margin-top: 0.5rem; color: var(--ink-soft); }
  .who button { min-height: 2rem; padding-block: 0.25rem; }
  .places { grid-row: 2; }
  .places ul { flex-direction: column; margin: 0; border-top: 1px solid var(--rule); padding-top: 0.75rem; }
  .places a { min-height: 2.5rem; padding: 0.25rem 0.75rem; margin-inline-start: -0.75rem; font-size: 1rem; }
  .places [aria-current] { box-shadow: inset 2px 0 var(--accent); }
  .portal main { grid-area: 1 / 2 / -1 / 2; padding: 2rem 2.5rem 2.5rem; border: 1px solid var(--rule); border-radius: 12px; }
}

.sheet { padding: 1rem; background: var(--paper); border: 1px solid var(--rule); border-radius: 12px; }
.sheet fieldset { padding-bottom: 0; }
.sheet .choice { border-bottom: 0; }
.sheet .choice + .choice { border-top: 1px solid var(--rule); }
.sheet .choice > span > .about { display: block; }
.sheet .choice .state { margin-inline-start: 0.5rem; }
details.sheet { padding-block: 0; }
details.sheet[open] { padding-bottom: 1rem; }
details.sheet > summary { min-height: 3rem; padding-block: 0.75rem; }
.portal .note, .portal .alert { background: var(--paper); }
.note.done { border-color: var(--paid); }
.empty { padding: 1.5rem 1rem; color: var(--ink-soft); background: var(--paper); border: 1px dashed var(--edge); border-radius: 12px; }
.empty > * + * { margin-top: 0.5rem; }
.empty strong { color: var(--ink); }

.field { max-width: 40rem; min-width: 0; }
.portal .field > * + * { margin-top: 0.25rem; }
.field > label > .soft { font-weight: 400; }
.fields { display: grid; gap: 1rem; max-width: 48rem; }
:is(select, textarea), input:is([type='number'], [type='date'], [type='time'], [type='url'], [type='search']) {
  display: block; width: 100%; min-width: 0; min-height: 3rem; padding: 0.5rem 0.75rem;
  font: inherit; color: inherit; background: var(--sheet);
  border: 1px solid var(--edge); border-radius: 8px;
}
input[type='number'] { max-width: 8rem; }
textarea { min-height: 7rem; resize: vertical; }
:is(select, textarea, input)[aria-invalid='true'] { border-color: var(--late); border-width: 2px; }
.search { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: end; max-width: 40rem; }
.search > .field { flex: 1 1 14rem; }
.portal .search > * { margin-top: 0; }
@media (min-width: 44rem) {
  .fields { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .fields > * { grid-column: span 2; max-width: none; }
  .fields > .wide { grid-column: 1 / -1; }
  .fields > .narrow { grid-column: span 1; }
}

.portal button {
  min-height: 2.75rem; padding: 0.5rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--accent-ink); background: var(--accent); border: 1px solid var(--accent); border-radius: 8px;
}
.portal button:is(.small, .quiet, .plain) { color: var(--accent); background: transparent; }
.portal button.plain { border-color: var(--edge); }
.portal button.small { min-height: 2.25rem; padding: 0.25rem 0.75rem; border-color: var(--edge); }
.portal button.quiet { padding-inline: 0; border-color: transparent; text-decoration: underline; text-underline-offset: 0.15em; }
.portal button.danger { color: var(--sheet); background: var(--late); border-color: var(--late); }
.portal button.quiet.danger { color: var(--late); background: transparent; border-color: transparent; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; align-items: center; }
.row > * { margin: 0; }
.portal .row > * + * { margin-top: 0; }

.state { font-size: 0.875rem; font-weight: 600; white-space: nowrap; }
.state.good { color: var(--paid); }
.state.waiting { color: var(--due); }
.state.bad { color: var(--late); }
.state.over { color: var(--ink-soft); font-weight: 400; }
.tag { display: inline-block; padding: 0 0.5rem; margin-inline-start: 0.5rem; color: var(--ink-soft); font-size: 0.875rem; font-weight: 400; border: 1px solid var(--rule); border-radius: 8px; }
.progress { display: grid; gap: 0.25rem; list-style: none; font-variant-numeric: tabular-nums; }
.progress .state { margin-inline-start: 0.5rem; }
.steps li + li { margin-top: 0.5rem; }
.pager { display: flex; gap: 1rem; }
.pager a, .views a { display: inline-flex; align-items: center; min-height: 2.25rem; }
.portal .links .row { justify-content: space-between; border-bottom: 1px solid var(--rule); }
.portal .links .row a { border: 0; }

/* Ways to look at one thing. */
.views ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; border-bottom: 1px solid var(--rule); }
.views [aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; box-shadow: inset 0 -2px var(--accent); }
${portalTableStyle}${portalCalendarStyle}
@media print {
  .portal { display: block; }
  .portal main { border: 0; padding: 0; }
  .places, .who, .skip, .views, .pager, .portal form, .portal details.sheet { display: none; }
}
`
