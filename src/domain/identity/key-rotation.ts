const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A successor is published when the newest key is this old, and signs when that one is `SIGNS_FOR_MS` old. */
const SUCCESSOR_AFTER_MS = 29 * DAY_MS
const SIGNS_FOR_MS = 30 * DAY_MS

/** How long a key stays published after its successor signs: longer than any token of it lives. */
export const KEPT_AFTER_MS = 2 * HOUR_MS

/** A generation of the signing key, as far as its times go. Lists of them are oldest first, without gaps. */
export type KeyTimes = {
  readonly generation: number
  readonly createdAt: number
  /** When it takes over from the generation before. */
  readonly signsFrom: number
}

/** The generation that has to be made at this time, or null where none has. */
export function nextGeneration(keys: readonly KeyTimes[], now: number): KeyTimes | null {
  const newest = keys.at(-1)
  if (!newest) return { generation: 1, createdAt: now, signsFrom: now }
  if (now - newest.createdAt < SUCCESSOR_AFTER_MS) return null
  // Where nobody came by for long, the successor is late, and signs at once.
  const signsFrom = Math.max(newest.createdAt + SIGNS_FOR_MS, now)
  return { generation: newest.generation + 1, createdAt: now, signsFrom }
}

/** The key that signs at this time. */
export function signerOf<K extends KeyTimes>(keys: readonly K[], now: number): K | undefined {
  // A first key that a request made which began a moment later than this one signs for this one too.
  return keys.findLast((key) => key.signsFrom <= now) ?? keys[0]
}

/** The keys that are published at this time: the one that signs, its successor, and a former one for a while. */
export function publishedOf<K extends KeyTimes>(keys: readonly K[], now: number): K[] {
  return keys.filter((_, at) => {
    const successor = keys[at + 1]
    return !successor || now < successor.signsFrom + KEPT_AFTER_MS
  })
}
