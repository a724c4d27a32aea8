// Clients of every surface at work on a server that is killed again and again, and what must be true afterwards.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../bench/server.mjs'
import { keepBatches } from './actors/batches.mjs'
import { keepEvents } from './actors/events.mjs'
import { keepAtHub, keepCompany } from './actors/marketplace.mjs'
import { keepMerging } from './actors/merges.mjs'
import { keepOwnEvents } from './actors/own-events.mjs'
import { keepAccount } from './actors/payments.mjs'
import { keepFollowing, keepSigningUp } from './actors/people.mjs'
import { keepSigningIn } from './actors/portal.mjs'
import { keepReading } from './actors/readers.mjs'
import { keepRelations } from './actors/relations.mjs'
import { keepByForms } from './actors/staff.mjs'
import { checkDatabase, endLeases } from './checks/database.mjs'
import { checkFeeds } from './checks/feeds.mjs'
import { checkMarketplace } from './checks/marketplace.mjs'
import { checkPayments } from './checks/payments.mjs'
import { checkWebhooks, untilQuiet } from './checks/webhooks.mjs'
import { checkWrites } from './checks/writes.mjs'
import { settleMarketplace, startMarketplace } from './marketplace.mjs'
import { startReceiver } from './receiver.mjs'
import { prepareServer } from './server.mjs'
import { makeViewers } from './viewers.mjs'
import { makeWorld, pause, settle } from './world.mjs'

const QUIET_MS = 60_000

/** Starts all clients. Each answers once `world.over`. */
function startClients(world, viewers) {
  const { people, calendars } = world
  const own = (list) => list.map(({ ecalId }) => ({ ecalId }))
  const all = calendars.map((calendarId) => ({ calendarId }))
  return [
    keepEvents(world, 'private-a', own(people.slice(0, 3))),
    keepEvents(world, 'private-b', own(people.slice(3, 6))),
    keepEvents(world, 'public-a', all),
    keepEvents(world, 'public-b', all.slice(1)),
    keepBatches(world, 'batch', people.slice(6)),
    keepSigningUp(world, 'newcomer'),
    keepFollowing(world, 'follower'),
    keepRelations(world, 'service-a'),
    keepRelations(world, 'service-b'),
    keepOwnEvents(world, 'own-a', people[0]),
    keepOwnEvents(world, 'own-b', people[1]),
    keepAccount(world, 'biller-a', 'TORTURE1'),
    keepAccount(world, 'biller-b', 'TORTURE2'),
    keepMerging(world, 'merger'),
    keepSigningIn(world, 'staff'),
    keepByForms(world, 'form', [...all, ...own(people.slice(0, 2))]),
    keepReading(world, 'app-a'),
    keepReading(world, 'app-b'),
    ...world.companies.map((company) => keepCompany(world, company.uid, company)),
    keepAtHub(world, 'hub'),
    ...viewers.keepAll(),
  ]
}

/**
 * Lets the clients work for a random time, at most `longestMs`, then kills the server amid what it does, and sometimes
 * again as it starts.
 */
async function killOnce(world, random, viewers, longestMs) {
  const { server, report } = world
  await pause(random.chance(0.3) ? random.between(100, 1_000) : random.between(1_000, longestMs))
  world.close()
  await server.kill()
  report.count('kills')
  while (random.chance(0.25)) {
    server.spawn()
    await pause(random.between(50, 1_600))
    await server.kill()
    report.count('kills')
    report.count('kills during a start')
  }
  const from = Date.now()
  await server.start()
  report.count('ms spent on starts', Date.now() - from)
  report.count('starts')
  if (random.chance(0.5)) await server.cron('* * * * *')
  await viewers.check()
  world.open()
}

/**
 * Runs it all. Answers the seed, the figures and the violations, none where the product keeps its promises. The seed
 * repeats what the clients choose and when the server is killed, not how fast the machine is.
 * @param {{ seed: string, kills: number, longestMs?: number, port?: number, log?: (line: string) => void }} options
 */
export async function torture({ seed, kills, longestMs = 9_000, port, log = () => {} }) {
  const stateDir = mkdtempSync(join(tmpdir(), 'daybook-torture-'))
  const server = await prepareServer({ port: port ?? (await freePort()), stateDir })
  const world = makeWorld(seed, server)
  const { report } = world
  const receiver = await startReceiver(report, world.random('receiver'))
  const hub = await startMarketplace(world)
  const random = world.random('killer')
  try {
    await server.start()
    await settle(world, receiver)
    await settleMarketplace(world, hub)
    const viewers = makeViewers(world)
    let failure = null
    const clients = startClients(world, viewers).map((client) =>
      client.catch((error) => {
        failure ??= error
      }),
    )
    while ((report.figures.kills ?? 0) < kills && failure === null) {
      await killOnce(world, random, viewers, longestMs)
      log(`${report.figures.kills} kills, ${report.violations.length} violations`)
    }
    await pause(1_000)
    world.over = true
    await Promise.all(clients)
    if (failure !== null) throw failure
    await server.kill()
    endLeases(stateDir)
    await server.start()
    await untilQuiet(world, QUIET_MS)
    await checkWrites(world)
    await checkPayments(world)
    await checkMarketplace(world)
    await checkFeeds(world)
    await viewers.check(true)
    checkWebhooks(world, receiver.messages)
    await server.kill()
    checkDatabase(world, stateDir, receiver.messages)
  } finally {
    world.over = true
    world.open()
    await server.kill()
    await receiver.stop()
    await hub.stop()
    // What went wrong is looked for in the state that it left.
    if (report.violations.length > 0) log(`The state is in ${stateDir}`)
    else rmSync(stateDir, { recursive: true, force: true })
  }
  return { seed, figures: report.figures, violations: report.violations }
}
