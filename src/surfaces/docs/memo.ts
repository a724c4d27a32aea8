import { sha256Hex } from '../../platform/digest'

/** A text that is made once for each origin, with its ETag. */
export type Made = { readonly text: string; readonly etag: string }

/** A deployment has one origin or a few; whoever invents others doesn't fill the memory with them. */
const MOST = 4

/** Makes a text where it isn't at hand. */
export function memoised(make: (origin: string) => Promise<string>): (origin: string) => Promise<Made> {
  const made = new Map<string, Promise<Made>>()
  return (origin) => {
    const known = made.get(origin)
    if (known) return known
    const making = withEtag(make(origin))
    making.catch(() => made.delete(origin))
    const [oldest] = made.keys()
    if (made.size >= MOST && oldest !== undefined) made.delete(oldest)
    made.set(origin, making)
    return making
  }
}

async function withEtag(making: Promise<string>): Promise<Made> {
  const text = await making
  return { text, etag: `"${(await sha256Hex(text)).slice(0, 32)}"` }
}
