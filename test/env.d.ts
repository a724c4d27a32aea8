import type { D1Migration } from 'cloudflare:test'

declare global {
  interface ImportMeta {
    /** Texts of files by their paths, read as the tests are bundled. */
    glob(
      patterns: string | string[],
      options: { query: '?raw'; import: 'default'; eager?: true },
    ): Record<string, string>
  }

  namespace Cloudflare {
    interface Env {
      MIGRATIONS: D1Migration[]
      ENCRYPTION_KEY: string
      OPERATOR_TOKEN: string
    }
  }
}
