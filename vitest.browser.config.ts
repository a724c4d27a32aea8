import { defineConfig } from 'vitest/config'

/** Browser tests: a real server as `npm start` serves it, and the Chromium of this machine. */
export default defineConfig({
  test: {
    name: 'browser',
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/browser/server.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
