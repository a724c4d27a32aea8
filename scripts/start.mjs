// `npm start`: everything that a newcomer needs, on http://localhost:8787.
import { demo, seedAccounts, seedCalendars, seedMarketplace } from './demo-data.mjs'
import { localVariables, prepareDatabase, startServer } from './local-server.mjs'
import { portalLink } from './portal-link.mjs'

const port = Number(process.env.PORT || 8787)
const stateDir = process.env.STATE_DIR || '.wrangler/state'

console.log('Preparing the database …')
const { ENCRYPTION_KEY, OPERATOR_TOKEN } = localVariables()
await prepareDatabase(stateDir, ENCRYPTION_KEY)

console.log('Starting …')
const server = await startServer({ port, stateDir, onOutput: (text) => process.stderr.write(text) })
const { origin } = server
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.stop())

await seedCalendars(origin)
await seedAccounts(origin)
await seedMarketplace(origin, OPERATOR_TOKEN, stateDir)

// Demo Publisher is the first; the link is good for a day.
const portal = await portalLink(origin, OPERATOR_TOKEN, 1, {
  email: 'admin@demo.example',
  firstName: 'Demo',
  lastName: 'Admin',
  role: 'Admin',
  expiresIn: 86_400,
})

// `wrangler dev` runs no crons by itself.
const crons = [
  { cron: '* * * * *', everyMinutes: 1 },
  { cron: '7 * * * *', everyMinutes: 60 },
  { cron: '23 3 * * *', everyMinutes: 24 * 60 },
]
let minute = 0
const runCrons = async () => {
  for (const { cron, everyMinutes } of crons) {
    if (minute % everyMinutes !== 0) continue
    await fetch(`${origin}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`).catch(() => {})
  }
  minute++
}
await runCrons()
setInterval(runCrons, 60_000).unref()

console.log(`
Daybook is on ${origin}

  Connect a calendar   ${origin}/button/v1/ecal.html?apiKey=${demo.apiKey}&widgetId=${demo.widgetId}
  Portal               ${portal}
                       (signs an Admin of Demo Publisher in, once, within 24 hours)
  Publisher API        ${origin}/apiv2/calendar   (apiKey ${demo.apiKey}, secret ${demo.secret})
  Partner API          ${origin}/apiv2/account    (apiKey ${demo.partnerKey}, secret ${demo.partnerSecret})
  Tokens               ${origin}/identity/connect/token   (client demo-client, secret demo-client-secret)
  Payments             ${origin}/accounts/DEMO0001/oneOffSchedules   (with such a token)
  Operator API         ${origin}/operator/health  (Authorization: Bearer demo-operator-token)
  Event subscriptions  ${origin}/event-subscriptions   (Authorization: Token ${demo.personToken})
                       ${origin}/events   (as above; Ella Bartledan, ${demo.personId}, who has an invitation)
  API reference        ${origin}/docs   (and /openapi.json, /docs/postman.json)
  Marketplace          npm run marketplace   (beside this; opens Daybook for companies, on http://localhost:8788)

Sign a call:
  curl "$(node scripts/sign.mjs GET ${origin}/apiv2/calendar)"

Keep a copy of what a person sees, and watch it change:
  npm run sync-client -- ${origin} ${demo.personToken}

The main job, call by call: README.md. Ctrl-C stops the server.
`)
await server.closed
