import { defineConfig } from 'vitest/config'

/** A real server as `npm start` serves it, and the calendar apps that this machine has. */
export default defineConfig({
  test: {
    name: 'clients',
    include: ['test/clients/**/*.test.ts'],
    globalSetup: ['test/browser/server.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
