// @ts-check
// `npm run marketplace`: the marketplace for development, on http://localhost:8788.
import { createMarketplace } from './index.mjs'

const port = Number(process.env.MARKETPLACE_PORT || 8788)
if (!Number.isInteger(port) || port < 1 || port > 65_535) fail('MARKETPLACE_PORT is a number from 1 to 65535')
const stateDir = process.env.STATE_DIR || '.wrangler/state'
const daybookOrigin = process.env.DAYBOOK_ORIGIN || 'http://localhost:8787'

const marketplace = await createMarketplace({ port, stateDir, daybookOrigin })
try {
  await marketplace.start()
} catch (error) {
  const { code } = /** @type {NodeJS.ErrnoException} */ (error)
  fail(code === 'EADDRINUSE' ? `Port ${port} is taken: set MARKETPLACE_PORT to another.` : String(error))
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => marketplace.stop())

const { origin } = marketplace
console.log(`
The marketplace is on ${origin}; it launches the Daybook on ${daybookOrigin}

  Open Daybook         ${origin}/
  Identity provider    ${marketplace.ssoUrl}
  Account API          ${origin}/api/v1/account/groups          (${marketplace.apiId} : ${marketplace.apiKey})
  Connec!              ${origin}/connec/api/v2/cld-1/people      (the same)
  Calls received       ${origin}/calls

Its bills and data live until it ends. Ctrl-C stops it.
`)

/** @param {string} text @returns {never} */
function fail(text) {
  console.error(text)
  process.exit(1)
}
