import { defineConfig } from 'vitest/config'

/** Browser tests: a real server as `npm start` serves it, and the Chromium of this machine. */
export default defineConfig({
  test: {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/server.ts'],
    setupFiles: ['test/browser/short-connections.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Files run beside each other, as many as keep two cores busy, since each waits much for what it looks at. Those of
    // one worker share its Chromium.
    maxWorkers: 3,
    isolate: false,
  },
})
