// The Worker, bundled as for a deployment, on workerd through Miniflare: no dev proxy stands before it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { unstable_getMiniflareWorkerOptions as workerOptionsOf } from 'wrangler'
import { localVariables, prepareDatabase } from '../local-server.mjs'

/** The modules of an entry's bundle, the entry first, and the texts that it carries. */
function bundle(entry) {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bundle-'))
  try {
    const args = ['--no-install', 'wrangler', 'deploy', entry, '--dry-run', '--minify']
    const { status, stderr } = spawnSync('npx', [...args, '--outdir', folder], {
      env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' },
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    const contents = (name) => readFileSync(join(folder, name), 'utf8')
    const texts = readdirSync(folder).filter((name) => name.endsWith('.txt'))
    return [
      { type: 'ESModule', path: 'worker.js', contents: contents(basename(entry).replace(/\.ts$/, '.js')) },
      ...texts.map((name) => ({ type: 'Text', path: name, contents: contents(name) })),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What Miniflare is to run: an entry of this project, bundled, with the bindings of `wrangler.toml`. */
export function builtOptions({ port, stateDir, variables, entry = 'scripts/bench/bench-worker.ts' }) {
  const { workerOptions } = workerOptionsOf('wrangler.toml')
  const options = convertV4MiniflareOptions({
    ...workerOptions,
    // A line a request would drown what is measured or told here; the log has its own variable to be measured with.
    bindings: { ...workerOptions.bindings, REQUEST_LOG: process.env.REQUEST_LOG ?? 'off', ...variables },
    modules: bundle(entry),
    modulesRules: undefined,
    host: '127.0.0.1',
    port,
    cf: false,
    cachePersist: false,
    // As under `wrangler dev`: crons run when they are asked for.
    unsafeTriggerHandlers: true,
  })
  return { ...options, resourcePersistencePath: join(stateDir, 'v3') }
}

/**
 * Serves the built Worker with the demo tenants; state lives in `stateDir`, as that of `npm start` does. Answers the
 * origin, and `stop`. `onLog`: gets what the Worker says, which is printed otherwise.
 */
export async function serveBuilt({ port, stateDir, onLog }) {
  const variables = localVariables()
  await prepareDatabase(stateDir, variables.ENCRYPTION_KEY)
  const server = new Miniflare({
    ...builtOptions({ port, stateDir, variables }),
    ...(onLog ? { handleStructuredLogs: onLog } : {}),
  })
  await server.ready
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.dispose() }
}
