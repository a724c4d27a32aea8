import { beforeEach, vi } from 'vitest'
import { network } from './network'

// No test reaches the network outside: where nobody of the test answers, a host is unknown.
beforeEach(() => {
  vi.stubGlobal('fetch', network)
})
