// @ts-check
// Where the identity provider's key is kept between starts: one PEM file beside the local state.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromPem, randomHex, toPem } from './bytes.mjs'
import { createIdentity } from './identity.mjs'

/**
 * The key and certificate of the local marketplace; made where there are none yet. The hub need not run. Called by
 * several processes at a time, all get the same.
 * @param {string} [stateDir] where local state lives: `STATE_DIR`, else `.wrangler/state`
 * @returns {Promise<import('./identity.mjs').Identity>}
 */
export async function ensureIdentityProvider(stateDir = process.env.STATE_DIR || '.wrangler/state') {
  const file = join(stateDir, 'marketplace-identity.pem')
  const kept = read(file)
  if (kept) return kept
  mkdirSync(stateDir, { recursive: true })
  const { privateKey, certificate } = await createIdentity()
  const draft = `${file}.${randomHex(4)}`
  writeFileSync(draft, privateKey + certificate, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, file) // unlike a rename, this never replaces what another process made meanwhile
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
  const made = read(file)
  if (!made) throw new Error(`${file} went away while it was being made`)
  return made
}

/** @param {string} file */
function read(file) {
  let text
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null
    throw error
  }
  try {
    return {
      privateKey: toPem('PRIVATE KEY', fromPem('PRIVATE KEY', text)),
      certificate: toPem('CERTIFICATE', fromPem('CERTIFICATE', text)),
    }
  } catch (error) {
    throw new Error(`${file} is damaged; remove it and a new key is made`, { cause: error })
  }
}
