// Modules of the Worker as Node can run them: bundled, since their imports name no extensions.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** Imports a module of `src` that needs nothing of the Workers runtime, given its path in this repository. */
export async function importBundled(path) {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bundle-'))
  const outfile = join(folder, 'bundle.mjs')
  try {
    const common = { bundle: true, format: 'esm', platform: 'node', keepNames: false, logLevel: 'error' }
    await build({ ...common, entryPoints: [path], outfile })
    return await import(pathToFileURL(outfile))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
