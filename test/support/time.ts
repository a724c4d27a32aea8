import { clock } from '../../src/platform/clock'

const real = clock.now

/** Instants that something runs at now, the latest last: such runs may meet, and end in any order. */
const running: { readonly now: () => number }[] = []

/** Runs something with the server's clock at an instant (epoch ms); the clock goes on from the real one after. */
export async function atTime<T>(instant: number, run: () => Promise<T>): Promise<T> {
  const own = { now: () => instant }
  running.push(own)
  clock.now = own.now
  try {
    return await run()
  } finally {
    running.splice(running.indexOf(own), 1)
    clock.now = running.at(-1)?.now ?? real
  }
}
