import { beforeEach } from 'vitest'
import { network } from './network'

/**
 * No test reaches the network outside: where nobody of the test answers, a host is unknown. This isn't a stub of
 * `vi`, so it is also what comes back when a test takes its own away, for whatever still runs in the background then.
 */
function standInFront(): void {
  globalThis.fetch = network
}

standInFront()
beforeEach(standInFront)
