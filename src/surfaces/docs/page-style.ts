/**
 * What the page of the reference has beside the one style sheet, whose tokens it uses. That sheet is put into a layer, so
 * that it yields to the component's own styles; what those get wrong (text that is too faint, and the dark) stands at the end.
 */
export const pageStyle = `@import url('/daybook.css') layer(daybook);

.docs main { max-width: none; margin: 0; padding: 0; }
.docs .introduction, .docs #operations { max-width: 60rem; margin: 0 auto; padding: 24px 16px; }
.docs .introduction > *, .docs #operations p, .docs #operations h2 { margin: 0 0 12px; }
.docs .introduction h2, .docs #operations h2 { font-size: 1.25rem; margin-top: 24px; }
.docs #operations h3 { font-size: 1rem; margin: 24px 0 4px; }
.docs .introduction pre {
  padding: 12px; overflow-x: auto; background: var(--sheet); border: 1px solid var(--rule); border-radius: 8px;
}
.docs .introduction code, .docs #operations code {
  font-family: ui-monospace, monospace; font-size: 0.875rem; overflow-wrap: anywhere;
}
.docs .introduction pre code { white-space: pre; overflow-wrap: normal; }
.docs .introduction ol { padding-left: 24px; }
.docs #copy {
  min-height: 44px; padding: 8px 16px; font: inherit; color: var(--accent-ink); background: var(--accent);
  border: 0; border-radius: 8px; cursor: pointer;
}
.docs #operations ul { padding: 0; list-style: none; }
.docs #operations li { padding: 8px 0; border-top: 1px solid var(--rule); }
.docs #reference { border-top: 1px solid var(--rule); }

.docs .api-info { display: none; }
.docs .redoc-wrap h5 { color: var(--ink-soft); border-bottom-color: var(--rule); }
.docs .redoc-wrap h5 span { color: var(--ink); }
.docs .redoc-wrap .react-tabs__tab { color: var(--ink); background: var(--sheet); border-color: var(--rule); }
.docs .redoc-wrap .react-tabs__tab--selected { color: var(--accent-ink) !important; background: var(--accent); }
.docs .redoc-wrap :is(.http-verb, .operation-type) { color: var(--accent-ink); }
.docs .redoc-wrap caption { color: var(--ink-soft); }
.docs .redoc-wrap .token.boolean { color: #ff9d96; }
.docs .redoc-wrap .token:is(.property, .tag, .number, .constant, .symbol) { color: #8fc7ea; }
.docs .redoc-wrap .token:is(.comment, .prolog, .doctype, .cdata) { color: #c9b394; }
.docs .redoc-wrap td, .docs .redoc-wrap tr { border-color: var(--rule); }
.docs .redoc-wrap button > svg polygon { fill: var(--ink-soft); }
@media (prefers-color-scheme: dark) {
  .docs .redoc-wrap svg polygon { fill: var(--ink-soft); }
  .docs .redoc-wrap td > div > div > span { color: var(--ink-soft); }
}
`
