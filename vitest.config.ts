import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { buildWidget } from './scripts/build-widget.mjs'

const migrations = await readD1Migrations('./migrations')

await buildWidget()

const bundled = [
  '@hono/zod-openapi',
  'drizzle-orm',
  'drizzle-orm/d1',
  'drizzle-orm/sqlite-core',
  '@xmldom/xmldom',
  'fast-check',
  'hono',
  'hono/factory',
  'libphonenumber-js/min',
  'zod',
]

/**
 * Three kinds of tests, told apart by folder: `test/unit` runs pure code, `test/worker` drives the Worker through its
 * front door, `test/databases` does so with several databases. All run inside workerd, so that `crypto` and `Intl` are
 * those of production.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: ['unit', 'worker', 'databases'].map((name) => ({
      plugins: [
        cloudflareTest({
          wrangler: { configPath: './wrangler.toml' },
          miniflare: {
            ...(name === 'databases' ? { d1Databases: { DB_1: 'second', DB_2: 'third' } } : {}),
            bindings: {
              ...(name === 'databases' ? { NEW_PUBLISHERS_DATABASE: '1' } : {}),
              MIGRATIONS: migrations,
              OPERATOR_TOKEN: 'test-operator-token',
              WEBHOOK_ALLOW_LOOPBACK: 'false',
              REQUEST_LOG: 'off',
              ENCRYPTION_KEY: 'dGVzdC1lbmNyeXB0aW9uLWtleS1vZi0zMi1ieXRlcyE=',
            },
          },
        }),
      ],
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`, `test/${name}/**/*.test.tsx`],
        // Libraries of many files are bundled once, not fetched file by file in each worker.
        deps: { optimizer: { ssr: { enabled: true, include: bundled } } },
        // Some tests go through many crashes one by one, on machines that do other work too.
        testTimeout: 60_000,
        // Files share a worker and its storage: each test makes its own publisher.
        isolate: false,
        ...(name !== 'unit'
          ? {
              setupFiles: ['apply-migrations', 'no-network', 'usage-pace'].map(
                (name) => `./test/support/${name}.ts`,
              ),
            }
          : {}),
      },
    })),
  },
})
