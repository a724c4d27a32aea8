import { AlreadyThere, GuardBroken } from '../platform/d1'

/** How often a write is tried anew because what it was judged by has changed meanwhile. */
const ROUNDS = 100
const MAX_WAIT_MS = 1000

/**
 * Judges and writes anew while what a write was judged by changes under it, or somebody else makes the same row. Those
 * that met wait a little, each for another while, so that they don't meet again and again.
 */
export async function anew<T>(run: () => Promise<T>): Promise<T> {
  for (let round = 0; round < ROUNDS; round++) {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof GuardBroken || error instanceof AlreadyThere)) throw error
    }
    await scheduler.wait(Math.random() * Math.min(2 ** round, MAX_WAIT_MS))
  }
  throw new Error('what a write was judged by changed too often')
}
