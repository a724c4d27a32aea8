/**
 * What the portal adds to the one style sheet: a plain list of places at the left, at the top on phones, and right of it
 * the page. Readable from 320 px and at twice the text size.
 */
export const portalStyle = `
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; inset-inline-start: 1rem; top: -4rem; padding: 0.5rem 0.75rem; background: var(--sheet); border-radius: 8px; z-index: 1; }
.skip:focus { top: 0.5rem; }

.portal { max-width: 72rem; margin: 0 auto; padding: 0 1rem 2.5rem; }
.portal main:focus { outline: none; }
.portal main > * + * { margin-top: 1.5rem; }
.portal h3 { margin: 0; font-size: 1rem; font-weight: 650; }
.portal section > * + *, .portal form > * + *, .sheet > * + *, .prose > * + * { margin-top: 0.75rem; }
.portal input[type='hidden'] + * { margin-top: 0; }
.portal h2 { font-size: 1.25rem; line-height: 1.3; }
.portal p, .portal li, .prose { max-width: 68ch; }
.portal ol, .prose ul { margin-block-end: 0; padding-inline-start: 1.5rem; }
.portal .prose section + section { margin-top: 2.5rem; }
.portal .prose h3 { margin-top: 1.5rem; }
.prose li + li { margin-top: 0.5rem; }
code { font: 0.875rem/1.5 ui-monospace, monospace; }

.top { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: center; justify-content: space-between; padding: 0.75rem 0; border-bottom: 1px solid var(--rule); }
.top .company { font-weight: 650; }
.who { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: center; }
.who .soft { margin-inline-start: 0.25rem; }

.places ul { display: flex; flex-wrap: wrap; gap: 0 0.25rem; margin: 0; padding: 0.25rem 0; list-style: none; }
.places a { display: flex; align-items: center; min-height: 2.75rem; padding: 0.375rem 0.5rem; color: var(--ink); text-decoration: none; border-radius: 8px; }
.places a:hover { text-decoration: underline; }
.places [aria-current] { color: var(--accent); font-weight: 600; background: var(--sheet); box-shadow: inset 0 0 0 1px var(--rule); }
.portal main { min-width: 0; padding-top: 1rem; }

@media (min-width: 60rem) {
  .portal { display: grid; grid-template-columns: 11rem minmax(0, 1fr); gap: 0 2.5rem; align-content: start; }
  .top { grid-column: 1 / -1; }
  .places { padding-top: 1.25rem; margin-inline-start: -0.75rem; }
  .places ul { flex-direction: column; gap: 0.25rem; padding: 0; }
  .places a { padding-inline: 0.75rem; }
  .portal main { padding-top: 1.5rem; }
}

.sheet { padding: 1rem; background: var(--sheet); border: 1px solid var(--rule); border-radius: 12px; }
.sheet fieldset { padding-bottom: 0; }
.sheet .choice { border-bottom: 0; }
.sheet .choice + .choice { border-top: 1px solid var(--rule); }
.sheet .choice > span > .about { display: block; }
.sheet .choice .state { margin-inline-start: 0.5rem; }
.note.done { border-color: var(--paid); }
.field { max-width: 40rem; }
select, textarea, input[type='number'] {
  display: block; width: 100%; min-height: 3rem; padding: 0.5rem 0.75rem;
  font: inherit; color: inherit; background: var(--sheet);
  border: 1px solid var(--edge); border-radius: 8px;
}
input[type='number'] { max-width: 8rem; }
textarea { resize: vertical; background: transparent; }
:is(select, input[type='number'])[aria-invalid='true'] { border-color: var(--late); border-width: 2px; }

.portal button {
  min-height: 2.75rem; padding: 0.5rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--accent-ink); background: var(--accent); border: 1px solid var(--accent); border-radius: 8px;
}
.portal button.small, .portal button.quiet { color: var(--accent); background: transparent; }
.portal button.small { min-height: 2.25rem; padding: 0.25rem 0.75rem; border-color: var(--edge); }
.portal button.quiet { padding-inline: 0; border-color: transparent; text-decoration: underline; text-underline-offset: 0.15em; }
.portal button.danger { color: var(--paper); background: var(--late); border-color: var(--late); }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; align-items: center; }

.table { overflow-x: auto; overflow-wrap: break-word; background: var(--sheet); border: 1px solid var(--rule); border-radius: 12px; }
.table table { width: 100%; border-collapse: collapse; }
.table th, .table td { padding: 0.625rem 1rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--rule); }
.table tbody tr:last-child > * { border-bottom: 0; }
.table thead th { color: var(--ink-soft); font-size: 0.875rem; font-weight: 600; white-space: nowrap; }
.table tbody th { font-weight: 600; }
.table code { font-weight: 400; overflow-wrap: anywhere; }
.table .when, .table .number { width: 1%; font-variant-numeric: tabular-nums; white-space: nowrap; }
.table .actions { padding-block: 0.375rem; }
.table .actions .soft { display: inline-block; padding-block: 0.25rem; }
.state { white-space: nowrap; }
.table .about { display: block; }
.table .inline { display: inline-block; margin-inline-end: 0.5rem; }

@media (max-width: 44rem) {
  .table { overflow-wrap: anywhere; }
  .table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .table tr { display: block; padding: 0.5rem 0; border-bottom: 1px solid var(--rule); }
  .table tr:last-child { border-bottom: 0; }
  .table tbody th, .table tbody td { display: block; width: auto; padding: 0.125rem 1rem; border: 0; white-space: normal; }
  .table tbody td[data-label]::before { content: attr(data-label) ': '; color: var(--ink-soft); font-size: 0.875rem; }
  .table tbody td:empty { display: none; }
  .table tbody .actions { padding-block: 0.375rem; }
  .table .about { display: inline; margin-inline-start: 0.5rem; }
}

.state { font-size: 0.875rem; font-weight: 600; }
.state.good { color: var(--paid); }
.state.waiting { color: var(--due); }
.state.bad { color: var(--late); }
.state.over { color: var(--ink-soft); font-weight: 400; }
.progress { display: grid; gap: 0.25rem; list-style: none; font-variant-numeric: tabular-nums; }
.progress .state { margin-inline-start: 0.5rem; }
.steps li + li { margin-top: 0.5rem; }
.pager { display: flex; gap: 1rem; }
.portal .links .row { justify-content: space-between; border-bottom: 1px solid var(--rule); }
.portal .links .row a { border: 0; }

@media print {
  .places, .who, .skip, .portal form { display: none; }
}
`
