// The Worker, bundled as for a deployment, on workerd through Miniflare: no dev proxy stands before it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from 'wrangler'
import { localVariables, prepareDatabase } from '../local-server.mjs'

/** The modules of the bench's bundle, its entry first, and the texts that it carries. */
function bundle() {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bundle-'))
  try {
    const args = [
      '--no-install',
      'wrangler',
      'deploy',
      'scripts/bench/bench-worker.ts',
      '--dry-run',
      '--minify',
    ]
    const { status, stderr } = spawnSync('npx', [...args, '--outdir', folder], {
      env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' },
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    const contents = (name) => readFileSync(join(folder, name), 'utf8')
    const texts = readdirSync(folder).filter((name) => name.endsWith('.txt'))
    return [
      { type: 'ESModule', path: 'worker.js', contents: contents('bench-worker.js') },
      ...texts.map((name) => ({ type: 'Text', path: name, contents: contents(name) })),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Serves the built Worker with the demo tenants; state lives in `stateDir`, as that of `npm start` does. Answers the
 * origin, and `stop`.
 */
export async function serveBuilt({ port, stateDir }) {
  const variables = localVariables()
  await prepareDatabase(stateDir, variables.ENCRYPTION_KEY)
  const { workerOptions } = workerOptionsOf('wrangler.toml')
  const options = convertV4MiniflareOptions({
    ...workerOptions,
    bindings: { ...workerOptions.bindings, ...variables },
    modules: bundle(),
    modulesRules: undefined,
    host: '127.0.0.1',
    port,
    cf: false,
    cachePersist: false,
  })
  const server = new Miniflare({ ...options, resourcePersistencePath: join(stateDir, 'v3') })
  await server.ready
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.dispose() }
}
