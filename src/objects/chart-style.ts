/** Charts of the portal, the lists beside them, and logs. */
export const chartStyle = `
.charts { display: grid; gap: 2rem 2.5rem; }
.portal .charts > * { margin-top: 0; }
.chart { margin: 0; min-width: 0; }
.chart figcaption { display: flex; flex-wrap: wrap; gap: 0 0.75rem; align-items: baseline; justify-content: space-between; }
.chart .name { color: var(--ink-soft); font-size: 0.875rem; }
.chart .lead { font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.chart .lead strong { font-size: 1.25rem; font-weight: 650; }
.plot { position: relative; margin-top: 0.5rem; padding-inline-end: 3rem; border-bottom: 1px solid var(--rule); }
.plot svg { display: block; width: 100%; height: 8rem; overflow: visible; }
.plot .top, .plot .bottom { position: absolute; inset-inline-end: 0; color: var(--ink-soft); font-size: 0.875rem; line-height: 1; font-variant-numeric: tabular-nums; }
.plot .top { top: 0; }
.plot .bottom { bottom: 0.25rem; }
.chart .line, .chart .end { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.chart .end { stroke-width: 8; }
.chart .area { fill: var(--accent); opacity: 0.1; }
.chart .bar { fill: var(--accent); }
.chart .base { fill: none; stroke: var(--rule); }
.portal .ends { display: flex; justify-content: space-between; max-width: none; margin: 0.25rem 3rem 0 0; color: var(--ink-soft); font-size: 0.875rem; }
.chart summary { min-height: 2.25rem; padding-block: 0.25rem; font-size: 0.875rem; font-weight: 400; }
.numbers { max-width: 24rem; padding-inline: 0.75rem; border: 1px solid var(--rule); border-radius: 8px; }
.numbers .table th, .numbers .table td { padding-block: 0.25rem; }
.numbers tbody tr:last-child > * { border-bottom: 0; }
@media (max-width: 44rem) {
  .numbers .table tr { display: flex; justify-content: space-between; padding: 0.25rem 0; }
  .numbers .table tbody td[data-label]::before { content: none; }
}
.charts.few { grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); }

/* What needs somebody, and what is next. */
.needs { display: grid; gap: 0.5rem; margin: 0; padding: 0; list-style: none; }
.portal .needs li { max-width: none; padding: 0.75rem 1rem; background: var(--paper); border: 1px solid var(--rule); border-radius: 12px; }
.needs .state { margin-inline-end: 0.5rem; }
.due { display: grid; gap: 2rem 2.5rem; }
.due > * { min-width: 0; }
.portal .due > * { margin-top: 0; }
@media (min-width: 60rem) { .due { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.coming { margin: 0; padding: 0; list-style: none; }
.portal .coming li { display: flex; gap: 0.25rem 1rem; justify-content: space-between; max-width: none; padding: 0.625rem 0; border-bottom: 1px solid var(--rule); }
.coming .what { min-width: 0; overflow-wrap: anywhere; }
.coming .what > * { display: block; }
.coming .day, .coming .amount { display: block; flex: none; padding: 0; background: none; border: 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
.coming .day { min-width: 6.5rem; color: var(--ink-soft); }
.coming .what { flex: 1; }

.types legend { color: var(--ink); font-size: 1rem; font-weight: 600; }
.types .options { display: grid; gap: 0 1.5rem; }
.types .choice { align-items: start; }
.types .choice code { display: block; color: var(--ink-soft); }
@media (min-width: 44rem) { .types legend { color: var(--ink); font-size: 1rem; font-weight: 600; }
.types .options { grid-template-columns: repeat(2, minmax(0, 1fr)); } .types .choice:first-child { grid-column: 1 / -1; } }

.linked .actions { position: relative; z-index: 1; }
@media (min-width: 44rem) { .linked .actions { width: 1%; white-space: nowrap; } }
@media (max-width: 44rem) { .linked code.about { display: block; margin: 0; } }
pre.body { max-height: 32rem; margin-inline: 0; margin-block-end: 0; padding: 1rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--rule); border-radius: 12px; }
`
