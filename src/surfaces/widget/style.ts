/**
 * The one style sheet: a quiet single column, readable from 320 px and at twice the text size. Lengths are in `rem`,
 * so that everything grows with the text.
 */
export const styleSheet = `:root {
  color-scheme: light dark;
  --paper: #fbfaf7;
  --sheet: #ffffff;
  --ink: #1c1f23;
  --ink-soft: #565d66;
  --rule: #e3e0d8;
  --edge: #8a8578;
  --accent: #0b5c52;
  --accent-ink: #ffffff;
  --due: #8a5a00;
  --late: #a3261d;
  --paid: #1e6b3a;
}

@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181b;
    --sheet: #1e2125;
    --ink: #eceae4;
    --ink-soft: #a9b0b8;
    --rule: #33383e;
    --edge: #757c85;
    --accent: #5cc4b4;
    --accent-ink: #0e1a18;
    --due: #e2b04a;
    --late: #f0857c;
    --paid: #7ccf98;
  }
}

*, ::before, ::after { box-sizing: border-box; }

html { font: 100%/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }

body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }

h1, h2, p, ul, fieldset, legend { margin: 0; padding: 0; border: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 650; text-wrap: balance; overflow-wrap: break-word; }
h2 { font-size: 1rem; font-weight: 650; }

.single main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 2.5rem; }
.single main > * + *, form > * + * { margin-top: 1rem; }
.single main > .from + h1 { margin-top: 0.25rem; }
.single form { margin-top: 1.25rem; }
.single .after { margin-top: 1.5rem; }
.after { font-size: 0.875rem; }
.after > * + * { margin-top: 0.25rem; }
@media (min-width: 40rem) { .single main { padding-top: 4rem; } }

.from, .soft { color: var(--ink-soft); }
.from, .soft, .error { font-size: 0.875rem; }

a, span, strong, code, mark { unicode-bidi: isolate; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.field > * + * { margin-top: 0.5rem; }
.field > label { display: block; font-weight: 600; }
input[type='email'], input[type='text'] {
  display: block; width: 100%; min-height: 3rem; padding: 0.5rem 0.75rem;
  font: inherit; color: inherit; background: var(--sheet);
  border: 1px solid var(--edge); border-radius: 8px;
}
input[readonly] { background: transparent; color: var(--ink-soft); }
input[aria-invalid='true'] { border-color: var(--late); border-width: 2px; }
.field .address { font: 0.875rem/1.5 ui-monospace, monospace; color: var(--ink); user-select: all; }

.error { color: var(--late); font-weight: 600; }
.alert, .note { padding: 0.75rem 1rem; background: var(--sheet); border: 1px solid var(--rule); border-radius: 12px; }
.alert { border-color: var(--late); }
.alert strong { color: var(--late); }

summary { min-height: 2.75rem; padding: 0.625rem 0; cursor: pointer; font-weight: 600; color: var(--accent); border-radius: 8px; }
fieldset { min-width: 0; padding: 0 0 0.5rem; }
legend { color: var(--ink-soft); font-size: 0.875rem; }
.choices fieldset { padding-inline-start: 1rem; }
.choices summary .soft { font-weight: 400; }
.choices:not(:has(:checked)) :is(.all, .some), .choices:has(:checked) .none { display: none; }
.choices:not(:has(:checked)) .none { display: inline; }
.choices:has(:checked):not(:has(input:not(:checked))) .some, .choices:has(:checked):has(input:not(:checked)) .all { display: none; }
.choices:has(:checked):not(:has(input:not(:checked))) .all, .choices:has(:checked):has(input:not(:checked)) .some { display: inline; }
.choice { display: flex; gap: 0.75rem; align-items: center; min-height: 2.75rem; padding: 0.375rem 0; border-bottom: 1px solid var(--rule); cursor: pointer; }
.choice input { flex: none; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--accent); }

.applications { display: grid; gap: 0.75rem; }
.button {
  display: flex; align-items: center; gap: 0.75rem;
  width: 100%; min-height: 3rem; padding: 0.625rem 1rem;
  font: inherit; font-weight: 600; text-align: start; text-decoration: none; cursor: pointer;
  color: var(--accent); background: var(--sheet);
  border: 1px solid var(--accent); border-radius: 8px;
}
.button > :last-child { margin-inline-start: auto; }
.button:hover { background: color-mix(in srgb, var(--accent) 8%, var(--sheet)); }
.button.main { color: var(--accent-ink); background: var(--accent); }
.button.main:hover { background: color-mix(in srgb, var(--accent) 88%, var(--ink)); }
.mark { flex: none; width: 1.5rem; height: 1.5rem; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }

.tick { width: 1em; height: 1em; vertical-align: -0.125em; fill: var(--paid); }
.tick path { fill: none; stroke: var(--paper); stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }

.day { display: flex; gap: 1rem; align-items: center; padding: 0.75rem 1rem; background: var(--sheet); border: 1px solid var(--rule); border-radius: 12px; }
.day time { flex: none; display: grid; justify-items: center; min-width: 3.5rem; padding-inline-end: 1rem; border-inline-end: 1px solid var(--rule); font-size: 0.875rem; color: var(--ink-soft); }
.day time strong { font-size: 1.75rem; line-height: 1.1; color: var(--ink); font-variant-numeric: tabular-nums; }
.day p > * { display: block; }

.button + .next { margin-top: 0.5rem; }
.links { list-style: none; }
.links a { display: flex; gap: 0.75rem; align-items: center; min-height: 2.75rem; border-bottom: 1px solid var(--rule); }
.phone { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; padding: 1rem; background: var(--sheet); border: 1px solid var(--rule); border-radius: 12px; }
.phone > div { flex: 1 1 9rem; }
.qr { flex: none; width: 11rem; max-width: 100%; height: auto; border-radius: 8px; }

@media (forced-colors: active) {
  .qr { forced-color-adjust: none; }
}
`
