/** The rate-limit binding counts by the periods of the wall clock, whatever the clock of a test says. */

/**
 * Runs something within one period of the limiters, so that all its calls are counted together. Where a period ended
 * meanwhile, it runs again from the start: it makes its own keys.
 */
export async function inOnePeriod(seconds: 10 | 60, run: () => Promise<void>): Promise<void> {
  const period = () => Math.floor(Date.now() / (seconds * 1_000))
  for (;;) {
    const began = period()
    try {
      await run()
      if (period() === began) return
    } catch (error) {
      if (period() === began) throw error
    }
  }
}

/** Uses up what a limiter lets a key do in this period; answers how much was left. */
export async function useUp(limiter: RateLimit, key: string): Promise<number> {
  for (let left = 0; ; ) {
    const asked = await Promise.all(Array.from({ length: 50 }, () => limiter.limit({ key })))
    const taken = asked.filter(({ success }) => success).length
    left += taken
    if (taken < asked.length) return left
  }
}
