import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const migrations = await readD1Migrations('./migrations')

/**
 * Two kinds of tests, told apart by folder: `test/unit` runs pure code, `test/worker` drives the Worker through
 * its front door. Both run inside workerd, so that `crypto` and `Intl` are those of production.
 */
export default defineConfig({
  test: {
    projects: ['unit', 'worker'].map((name) => ({
      plugins: [
        cloudflareTest({
          wrangler: { configPath: './wrangler.toml' },
          miniflare: {
            bindings: {
              MIGRATIONS: migrations,
              OPERATOR_TOKEN: 'test-operator-token',
              WEBHOOK_ALLOW_LOOPBACK: 'false',
              ENCRYPTION_KEY: 'dGVzdC1lbmNyeXB0aW9uLWtleS1vZi0zMi1ieXRlcyE=',
            },
          },
        }),
      ],
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`, `test/${name}/**/*.test.tsx`],
        // Pure code can share a worker; each Worker test file has storage of its own.
        ...(name === 'worker' ? { setupFiles: ['./test/support/apply-migrations.ts'] } : { isolate: false }),
      },
    })),
  },
})
