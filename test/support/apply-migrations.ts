import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { inEach } from '../../src/databases'

for (const { DB } of inEach(env)) await applyD1Migrations(DB, env.MIGRATIONS)
// Files share a database: what the crons of this one find due would be fetched for another.
await env.DB.prepare('DELETE FROM calendar_sources').run()
// So would the end of feeds of companies that others have cancelled be told among what this one looks at.
await env.DB.prepare(
  "UPDATE companies SET feeds_ended_at = 0 WHERE status = 'cancelled' AND feeds_ended_at IS NULL",
).run()
