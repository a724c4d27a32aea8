import { clock } from '../../src/platform/clock'

/** Runs something with the server's clock at an instant (epoch ms); the clock goes on from the real one after. */
export async function atTime<T>(instant: number, run: () => Promise<T>): Promise<T> {
  const real = clock.now
  clock.now = () => instant
  try {
    return await run()
  } finally {
    clock.now = real
  }
}
