/**
 * How often each of many keys came in a window of time, in this isolate's memory. The window begins with what comes
 * first after the last one; beyond `most` keys it begins anew at once, so that nobody can fill the memory.
 */
export class WindowCounts {
  #counts = new Map<string, number>()
  #startedAt = 0

  constructor(
    readonly windowMs: number,
    readonly most = 10_000,
  ) {}

  /** Counts one more of a key; answers how many came in this window, this one included. */
  add(key: string, now: number): number {
    const isOver = now >= this.#startedAt + this.windowMs || now < this.#startedAt
    const count = isOver ? 1 : (this.#counts.get(key) ?? 0) + 1
    if (isOver || (count === 1 && this.#counts.size >= this.most)) {
      this.#counts.clear()
      this.#startedAt = now
    }
    this.#counts.set(key, count)
    return count
  }
}
