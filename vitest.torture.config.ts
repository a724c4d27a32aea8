import { defineConfig } from 'vitest/config'

/** The short form of `npm run torture`: a real server that is killed under load. */
export default defineConfig({
  test: {
    name: 'torture',
    include: ['test/torture/**/*.test.ts'],
    testTimeout: 180_000,
    fileParallelism: false,
  },
})
