// @ts-check
// The one style sheet of the marketplace's pages: Daybook's paper and ink. Lengths in rem, so that all grows with text.

export const styleSheet = `:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --sheet: #ffffff; --ink: #1c1f23; --ink-soft: #565d66; --rule: #e3e0d8; --edge: #8a8578;
  --accent: #0b5c52; --accent-ink: #ffffff; --due: #8a5a00; --late: #a3261d; --paid: #1e6b3a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b; --sheet: #1e2125; --ink: #eceae4; --ink-soft: #a9b0b8; --rule: #33383e; --edge: #757c85;
    --accent: #5cc4b4; --accent-ink: #0e1a18; --due: #e2b04a; --late: #f0857c; --paid: #7ccf98;
  }
}

*, ::before, ::after { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 2.5rem; }
main.narrow { max-width: 30rem; }
h1, h2, h3, p, ul, dl, dd, fieldset, legend { margin: 0; padding: 0; border: 0; }
main > * + * { margin-top: 1.5rem; }
main > .from + h1, main > h1 + .lead { margin-top: 0.25rem; }
main > h2 + .people { margin-top: 0.75rem; }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
h3 { font-size: 1rem; font-weight: 650; }
.lead { max-width: 68ch; }
.from, .soft { font-size: 0.875rem; color: var(--ink-soft); }
code { font: 0.875rem/1.5 ui-monospace, monospace; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.card { padding: 1rem; background: var(--sheet); border: 1px solid var(--rule); border-radius: 12px; }
.card > * + * { margin-top: 0.75rem; }
.head { display: flex; flex-wrap: wrap; gap: 0 0.75rem; align-items: baseline; justify-content: space-between; }
.rows { list-style: none; }
.rows > li {
  display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; justify-content: space-between;
  padding: 0.75rem 0; border-top: 1px solid var(--rule);
}
.rows > li:last-child { padding-bottom: 0; }
.who > * { display: block; }
.actions { display: flex; flex-wrap: wrap; gap: 0.5rem; }

.button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem; padding: 0.5rem 1rem;
  font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
  color: var(--accent); background: var(--sheet); border: 1px solid var(--accent); border-radius: 8px;
}
.button.main { color: var(--accent-ink); background: var(--accent); }
.button.end { color: var(--late); border-color: var(--late); }
.button.wide { display: flex; width: 100%; min-height: 3rem; }
.people { list-style: none; display: grid; gap: 0.75rem; }
.people .button { justify-content: space-between; gap: 0.75rem; text-align: start; }
.button .soft { font-weight: 400; }

summary { min-height: 2.75rem; padding: 0.625rem 0; cursor: pointer; font-weight: 600; color: var(--accent); border-radius: 8px; }
details > * + * { margin-top: 0.75rem; }
details > summary + * { margin-top: 0.25rem; }
details > h3 + .soft { margin-top: 0.25rem; }
details > .soft + .actions { margin-top: 0.5rem; }
details > .actions + h3 { margin-top: 1.5rem; }
.card > details:last-child:not([open]) { margin-bottom: -0.5rem; }

.note { padding: 0.75rem 1rem; background: var(--sheet); border: 1px solid var(--rule); border-radius: 12px; }
.note.wrong { border-color: var(--late); }
.good { color: var(--paid); } .bad { color: var(--late); } .due { color: var(--due); }

.fields { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); align-items: end; }
label { display: block; font-weight: 600; }
select, input[type='number'] {
  display: block; width: 100%; min-height: 2.75rem; margin-top: 0.25rem; padding: 0.5rem 0.75rem;
  font: inherit; font-weight: 400; color: inherit;
  background: var(--sheet); border: 1px solid var(--edge); border-radius: 8px;
}
.check { display: flex; gap: 0.75rem; align-items: center; min-height: 2.75rem; font-weight: 400; }
.check input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent); }

table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.875rem; }
th { text-align: start; font-weight: 600; color: var(--ink-soft); }
th, td { padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
td:last-child, th:last-child { padding-inline-end: 0; text-align: end; }
@media (max-width: 32rem) {
  thead { display: none; }
  tr { display: grid; grid-template-columns: 1fr auto; gap: 0 0.75rem; padding: 0.5rem 0; border-bottom: 1px solid var(--rule); }
  td { padding: 0; border: 0; }
  td.whole { grid-column: 1 / -1; }
  .news tr { grid-template-columns: auto 1fr auto; }
  .news td.whole { grid-row: 2; }
  .actions form, .actions .button { flex: 1 1 100%; width: 100%; }
}
`
