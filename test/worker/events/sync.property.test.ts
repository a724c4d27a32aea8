import fc from 'fast-check'
import { describe, type ExpectStatic, it } from 'vitest'
import {
  bare,
  eventPart,
  histories,
  mayBeSeen,
  mayBeSeenOfEvents,
  type Watcher,
  World,
} from '../../support/histories'
import { fullRead } from '../../support/replica'

/** Read as the test runs: what Vite puts in place of `import.meta.env` it keeps with the file. */
const settings = process.env

/** How many histories a run tries; `VITE_HISTORIES=500 npx vitest …` tries more. */
const HISTORIES = Number(settings.VITE_HISTORIES ?? 15)
const STEPS = Number(settings.VITE_STEPS ?? 40)

/** What a failure printed, to run it again; `VITE_SHRINK=1` looks for the shortest such history. */
const { VITE_SEED, VITE_PATH, VITE_SHRINK } = settings

describe('sync, over random histories', () => {
  it('replays from any token to what a full read has, and shows what may be seen', {
    timeout: 3_600_000,
  }, async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(histories(STEPS), async (steps) => {
        const world = await World.make()
        for (const step of steps) {
          await world.do(step)
          if (step.do === 'sync') await syncAndJudge(expect, world.watcher(step.by), step.limit)
        }
        for (const watcher of world.watchers) {
          await syncAndJudge(expect, watcher, 100)
          await judgeAll(expect, watcher)
          if (watcher.viewer.personId !== null) await judgeEvents(expect, watcher)
        }
      }),
      {
        numRuns: HISTORIES,
        endOnFailure: VITE_SHRINK === undefined,
        ...(VITE_SEED ? { seed: Number(VITE_SEED), path: String(VITE_PATH ?? '') } : {}),
      },
    )
  })
})

/** One sync: dense, no news of what the viewer never saw, and then exactly what may be seen. */
async function syncAndJudge(expect: ExpectStatic, watcher: Watcher, limit: number): Promise<void> {
  const { app, replica, told, viewer, name } = watcher
  const sawAll = told === replica.token
  const page = await app.get(`/event-subscriptions?sync_token=${told}&limit=0`)
  expect(page.status, page.text).toBe(200)
  expect(page.meta.sync_token - told, `${name}: tokens are dense`).toBe(page.meta.count)
  watcher.heard(page.meta.sync_token)

  const before = new Map(replica.items)
  const came = await replica.sync(limit)
  watcher.heard(replica.token)
  if (sawAll) {
    expect(came.length, `${name}: items that came`).toBe(page.meta.count)
    for (const item of came) {
      const had = before.get(item.id)
      if (item.permission === 'removed')
        expect(had, `${name}: removed what it never had: ${item.id}`).toBeDefined()
      else if (item.subscriber.id !== viewer.personId)
        expect(had && bare(had), `${name}: no change`).not.toEqual(bare(item))
    }
  }
  expect(replica.sorted().map(bare), `${name} sees what may be seen`).toEqual(await mayBeSeen(viewer))
  watcher.kept.push(replica.clone())
}

/** Every copy ever kept, replayed, equals a full read, also within filters. */
async function judgeAll(expect: ExpectStatic, { app, kept, replica, name }: Watcher): Promise<void> {
  const full = await fullRead(app)
  const tokens = full.map((item) => item.sync_token)
  expect(new Set(tokens).size, `${name}: tokens are unique`).toBe(tokens.length)
  for (const [at, copy] of kept.entries()) {
    const { token } = copy
    const filtered = await filteredReplay(app, copy, full, at)
    expect(filtered.replayed, `${name}: ${filtered.filter} from ${token}`).toEqual(filtered.full)
    await copy.sync()
    expect(copy.sorted(), `${name}: replay from ${token}`).toEqual(full)
  }
  const last = await app.get(`/event-subscriptions?sync_token=0&order_asc=false&limit=1`)
  if (last.data[0]) expect(last.data[0].sync_token).toBe(last.meta.sync_token)
  expect(last.meta.sync_token).toBe(replica.token)
}

async function filteredReplay(app: Watcher['app'], copy: Watcher['replica'], full: Item[], at: number) {
  const had = [...full, ...copy.items.values()]
  const some = had[at % Math.max(1, had.length)]
  const by = at % 2 === 0 ? 'event_ids' : 'subscriber_ids'
  const id = (item: Item) => (by === 'event_ids' ? item.event_id : item.subscriber.id)
  const value = some ? id(some) : '0'.repeat(24)
  const filter = `${by}=[${value}]`
  const items = new Map(
    copy
      .sorted()
      .filter((item) => id(item) === value)
      .map((item) => [item.id, item]),
  )
  const page = await app.get(`/event-subscriptions?sync_token=${copy.token}&${filter}&limit=100`)
  for (const item of page.data) {
    if (item.permission === 'removed') items.delete(item.id)
    else items.set(item.id, item)
  }
  const replayed = [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  return { filter, replayed, full: full.filter((item) => id(item) === value) }
}

/** The same of `/events`. */
async function judgeEvents(expect: ExpectStatic, { app, viewer, events, name }: Watcher): Promise<void> {
  if ((await app.get('/events?limit=0')).status !== 200) return
  await events.sync(3)
  expect(events.sorted()).toEqual(await fullRead(app, '/events'))
  expect(events.sorted().map(eventPart), `${name}: events`).toEqual(await mayBeSeenOfEvents(viewer))
}

// biome-ignore lint/suspicious/noExplicitAny: the wire is untyped, and tests compare it
type Item = any
