/** Prints rows (objects with the same keys) as a Markdown table. */
export function printTable(rows) {
  const [first] = rows
  if (!first) return
  const lines = [Object.keys(first), ...rows.map(Object.values)].map((line) => line.map(String))
  const widths = lines[0].map((_, column) => Math.max(3, ...lines.map((line) => line[column].length)))
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  lines.splice(1, 0, rule)
  const cell = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]))
  for (const line of lines) console.log(`| ${line.map(cell).join(' | ')} |`)
}
