/** Lists of the portal: tables, which are small cards on phones, and what is said of one record. */
export const portalTableStyle = `
.table { overflow-x: auto; overflow-wrap: break-word; margin-inline: -0.75rem; }
.table table { width: 100%; border-collapse: collapse; }
.table th, .table td { padding: 0.625rem 0.75rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--rule); }
.table thead th { padding-top: 0.25rem; color: var(--ink-soft); font-size: 0.875rem; font-weight: 600; white-space: nowrap; }
.table tbody th { font-weight: 600; }
.table code { font-weight: 400; overflow-wrap: anywhere; }
.table .when, .table .number { width: 1%; font-variant-numeric: tabular-nums; white-space: nowrap; }
.table thead .number, .table td.number { text-align: end; }
.table .actions { padding-block: 0.375rem; text-align: end; }
.table .actions .soft { display: inline-block; padding-block: 0.25rem; }
.table .about { display: block; font-weight: 400; }
.table .inline { display: inline-block; margin-inline-start: 0.5rem; }
.portal section > .table + * { margin-top: 1.25rem; }

/* A row that leads somewhere: its link takes the whole of it. */
.linked { position: relative; }
.linked th a { color: inherit; text-decoration: none; }
.linked th a::after { content: ''; position: absolute; inset: 0; border-radius: 8px; }
.linked:hover > * { background: var(--paper); }
.linked:hover th a { color: var(--accent); text-decoration: underline; }
.linked th a:focus-visible { outline: none; }
.linked th a:focus-visible::after { outline: 2px solid var(--accent); outline-offset: -2px; }

@media (max-width: 44rem) {
  .table { overflow-wrap: anywhere; margin-inline: -1rem; }
  .table thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .table tr { display: block; padding: 0.625rem 0; border-bottom: 1px solid var(--rule); }
  .table tbody:first-of-type tr:first-child { border-top: 1px solid var(--rule); }
  .table tbody th, .table tbody td { display: block; width: auto; padding: 0.125rem 1rem; border: 0; white-space: normal; text-align: start; }
  .table .inline { margin-inline: 0 0.5rem; }
  .table tbody td[data-label]::before { content: attr(data-label) ': '; color: var(--ink-soft); font-size: 0.875rem; }
  .table tbody td:empty { display: none; }
  .table tbody .actions { padding-block: 0.375rem; text-align: start; }
  .table .about { display: inline; margin-inline-start: 0.5rem; }
  .linked:hover > * { background: transparent; }
}

/* What is known of one thing: its fields by name. */
.facts { display: grid; grid-template-columns: fit-content(40%) minmax(0, 1fr); gap: 0.375rem 1.5rem; align-items: baseline; margin: 0; }
.facts dt { min-width: 5.5rem; color: var(--ink-soft); font-size: 0.875rem; }
.facts dd { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
.facts .state { white-space: inherit; }
@media (max-width: 44rem) { .facts { column-gap: 0.75rem; } }

/* Two versions of one record. */
.versions { display: grid; gap: 1rem; }
.versions mark { color: inherit; background: transparent; font-weight: 650; box-shadow: inset 0 -2px var(--due); }
@media (min-width: 60rem) { .versions { grid-template-columns: 1fr 1fr; } }
`
