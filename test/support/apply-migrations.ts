import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'

await applyD1Migrations(env.DB, env.MIGRATIONS)
// Files share a database: what the crons of this one find due would be fetched for another.
await env.DB.prepare('DELETE FROM calendar_sources').run()
