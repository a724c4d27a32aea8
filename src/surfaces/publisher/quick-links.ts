/**
 * Quick links may come as flat keys, `quickLink[1][name]` and `quickLink[1][url]`: they are put together, in the
 * order of their numbers.
 */
export function foldQuickLinks(body: Record<string, unknown>): Record<string, unknown> {
  const links = new Map<number, Record<string, unknown>>()
  const rest: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(body)) {
    const [, number, part] = /^quickLink\[(\d{1,4})\]\[(name|url)\]$/.exec(key) ?? []
    if (number === undefined || part === undefined) rest[key] = value
    else links.set(Number(number), { ...links.get(Number(number)), [part]: value })
  }
  if (links.size === 0 || rest.quickLink !== undefined) return rest
  const inOrder = [...links].sort(([a], [b]) => a - b).map(([, link]) => link)
  return { ...rest, quickLink: inOrder }
}
