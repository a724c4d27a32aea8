/** A month of days: a grid where there is room, and on phones a list of the days that have something. */
export const portalCalendarStyle = `
.turn { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: center; justify-content: space-between; }
.portal .turn > * + * { margin-top: 0; }
.turn a { display: inline-flex; align-items: center; min-height: 2.75rem; padding-inline: 0.25rem; }
.month { width: 100%; border-collapse: collapse; table-layout: fixed; }
.month thead th { padding: 0.25rem 0.5rem; color: var(--ink-soft); font-size: 0.875rem; font-weight: 600; text-align: start; }
.month abbr { text-decoration: none; }
.month td { height: 6.5rem; padding: 0.375rem 0.5rem 0.5rem; vertical-align: top; border: 1px solid var(--rule); }
.month td > time { display: inline-block; min-width: 1.5rem; font-size: 0.875rem; font-variant-numeric: tabular-nums; color: var(--ink-soft); }
.month td > time > span { display: none; }
.month .outside { background: var(--paper); border-color: var(--rule); }
.month .today { box-shadow: inset 0 2px var(--accent); }
.month .today > time { color: var(--accent); font-weight: 650; }
.month ul { margin: 0.125rem 0 0; padding: 0; list-style: none; }
.month li { font-size: 0.875rem; line-height: 1.4; }
.month li + li { margin-top: 0.25rem; }
.month li a { display: -webkit-box; color: inherit; text-decoration: none; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-clamp: 2; padding-inline-start: 0.375rem; border-inline-start: 2px solid var(--accent); }
.month li a:hover { color: var(--accent); text-decoration: underline; }
.month li .soft { font-variant-numeric: tabular-nums; }
.month .more { padding-inline-start: 0.5rem; color: var(--ink-soft); }

@media (max-width: 44rem) {
  .turn h2 { order: -1; width: 100%; }
  .month, .month tbody, .month tr { display: block; }
  .month thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .month td { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0.5rem; height: auto; padding: 0.625rem 0; border: 0; border-bottom: 1px solid var(--rule); }
  .month .free, .month .outside { display: none; }
  .month .today { box-shadow: none; }
  .month td > time > span { display: inline; }
  .month ul { margin: 0; }
  .month li { font-size: 1rem; }
  .month li a { display: block; }
}
`
