/**
 * Quick links may come as flat keys, `quickLink[1][name]` and `quickLink[1][url]`: they are put together, in the
 * order of their numbers.
 */
export function foldQuickLinks(body: Record<string, unknown>): Record<string, unknown> {
  const links = new Map<number, Record<string, unknown>>()
  const entries: [string, unknown][] = []
  for (const [key, value] of Object.entries(body)) {
    const [, number, part] = /^quickLink\[(\d{1,4})\]\[(name|url)\]$/.exec(key) ?? []
    if (number === undefined || part === undefined) entries.push([key, value])
    else links.set(Number(number), { ...links.get(Number(number)), [part]: value })
  }
  // No assignment: a key such as `__proto__` stays a key.
  const rest: Record<string, unknown> = Object.fromEntries(entries)
  if (links.size === 0 || rest.quickLink !== undefined) return rest
  const inOrder = [...links].sort(([a], [b]) => a - b).map(([, link]) => link)
  return { ...rest, quickLink: inOrder }
}
