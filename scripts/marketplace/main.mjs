// @ts-check
// `npm run marketplace`: the marketplace for development, on http://localhost:8788.
import { createMarketplace } from './index.mjs'

const port = Number(process.env.MARKETPLACE_PORT || 8788)
const stateDir = process.env.STATE_DIR || '.wrangler/state'
const daybookOrigin = process.env.DAYBOOK_ORIGIN || 'http://localhost:8787'

const marketplace = await createMarketplace({ port, stateDir, daybookOrigin })
await marketplace.start()
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
