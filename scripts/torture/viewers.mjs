// Apps that keep a copy by sync token, over all crashes. The client is that of docs/sync.md.
import { newCopy, schemeOf, sync } from '../sync-client.mjs'
import { insist, pause } from './world.mjs'

const MEMORIES = 6

/** A viewer and one of its lists: the copy that it keeps, and copies as they were earlier. */
function makeViewer(world, name, token, path) {
  const copy = newCopy(path)
  const random = world.random(`${name} ${path}`)
  return { world, name: `${name} ${path}`, token, path, copy, memories: [], random, turn: Promise.resolve() }
}

/** Does one thing after the other with a viewer's copy, as an app does. */
function inTurn(viewer, act) {
  viewer.turn = viewer.turn.then(act)
  return viewer.turn
}

/** Brings a copy up to date; its token never goes back, and no answered token is ever refused. */
async function follow(viewer, copy) {
  const { world, token } = viewer
  const from = copy.syncToken
  const onChange = (item) => {
    if (item === null && from > 0) world.report.violate('sync', `${viewer.name}: the token ${from} is 410`)
  }
  await sync({ origin: world.origin, token }, copy, onChange)
  if (copy.syncToken < from)
    world.report.violate('sync', `${viewer.name}: the token went back from ${from} to ${copy.syncToken}`)
}

async function readAll({ world, token, path }) {
  const headers = { Authorization: `${schemeOf(token)} ${token}` }
  const all = new Map()
  for (let offset = 0; ; offset += 100) {
    const { body } = await insist(world, 'GET', `${path}?limit=100&offset=${offset}`, {
      headers,
      waits: false,
    })
    for (const item of body.data) all.set(item.id, item)
    if (body.data.length < 100) return all
  }
}

function compare(viewer, what, items, all) {
  const { report } = viewer.world
  for (const [id, item] of all) {
    const kept = items.get(id)
    if (JSON.stringify(kept) !== JSON.stringify(item))
      report.violate('sync', `${viewer.name}: ${what} differs from a full read at ${id}`, { kept, item })
  }
  for (const [id, kept] of items)
    if (!all.has(id)) report.violate('sync', `${viewer.name}: ${what} has what a full read has not`, kept)
}

/** All viewers: `keep` runs while others write; `check` while nobody does. */
export function makeViewers(world) {
  const viewers = world.viewers.flatMap(({ token }, n) =>
    ['/event-subscriptions', '/events'].map((path) => makeViewer(world, `person ${n}`, token, path)),
  )
  viewers.push(makeViewer(world, 'service', world.service, '/event-subscriptions'))

  const remember = ({ copy, memories, random, path }) => {
    memories.push({ path, items: new Map(copy.items), syncToken: copy.syncToken })
    if (memories.length > MEMORIES) memories.splice(1 + random.below(memories.length - 2), 1)
  }

  const keep = async (viewer) => {
    while (!world.over) {
      await world.whenOpen()
      await inTurn(viewer, () => follow(viewer, viewer.copy))
      if (viewer.random.chance(0.2)) remember(viewer)
      await pause(viewer.random.between(200, 1_000))
    }
  }

  /** The copy, one from earlier, and (`fromScratch`) an empty one: each brought up to date equals a full read. */
  const checkOne = async (viewer, fromScratch) => {
    await follow(viewer, viewer.copy)
    const all = await readAll(viewer)
    compare(viewer, 'the copy', viewer.copy.items, all)
    const memories = fromScratch ? [...viewer.memories, newCopy(viewer.path)] : viewer.memories.slice(-1)
    for (const { path, items, syncToken } of memories) {
      const replayed = { path, items: new Map(items), syncToken }
      await follow(viewer, replayed)
      compare(viewer, `the replay from ${syncToken}`, replayed.items, all)
      world.report.count('replays compared')
    }
  }

  return {
    keepAll: () => viewers.map(keep),
    check: async (fromScratch = false) => {
      for (const viewer of viewers) await inTurn(viewer, () => checkOne(viewer, fromScratch))
    },
  }
}
