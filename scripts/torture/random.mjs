// Choices that a seed repeats.

/** A generator for a name: two names of one seed have nothing to do with each other, so timing changes no choice. */
export function randomOf(seed, name) {
  let state = 0x811c9dc5
  for (const char of `${seed}/${name}`) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193)
  /** From 0 to below 1 (mulberry32). */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (end) => Math.floor(next() * end)
  const hex = (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join('')
  return {
    next,
    below,
    hex,
    between: (low, high) => low + next() * (high - low),
    chance: (share) => next() < share,
    pick: (list) => list[below(list.length)],
    /** Some of a list, at least one, in its order. */
    some: (list) => {
      const kept = list.filter(() => next() < 0.5)
      return kept.length > 0 ? kept : [list[below(list.length)]]
    },
    /** A day to come, YYYY-MM-DD. */
    day: () => `203${below(10)}-0${1 + below(9)}-${10 + below(18)}`,
  }
}
