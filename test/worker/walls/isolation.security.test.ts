import { beforeEach, describe, it, vi } from 'vitest'
import { objectsTexts } from '../../support/storage'
import { tryAsRefused, tryAsRightful } from './isolation/attempts'
import { everyRoute } from './isolation/routes'
import { tables } from './isolation/tables'
import { isSince, watchDatabase } from './isolation/watch'
import { aWorld, putOff, type World } from './isolation/world'

// Whoever is called outside takes it at once: what the rightful send isn't repeated while the next are refused.
beforeEach(() => {
  vi.stubGlobal('fetch', async () => new Response(null, { status: 204 }))
})

let made: Promise<World> | undefined

/** One world for the whole table: made by the first test that needs it. */
function theWorld(): Promise<World> {
  made ??= aWorld()
  return made
}

/** What A's timelines and endpoints keep, beside the database. */
const objectsOf = ({ a, records }: World) =>
  objectsTexts(a.publisher.id, [a.person.ecalId, records.fellow.ecalId])

describe('the watch over the database', () => {
  it('sees each write, with whose it is, and none where there is none', async ({ expect }) => {
    const { publisher, calendarId, other } = (await theWorld()).a
    const watch = await watchDatabase()
    try {
      await watch.quiet(other.publisherId)
      await publisher.api.put(`/calendar/${calendarId}`, { note: 'Seen' })
      const seen = await watch.seen()
      for (const [name, done] of [
        ['calendars', 'UPDATE'],
        ['changes', 'INSERT'],
      ]) {
        expect(seen).toContainEqual({ name, done, publisher: publisher.id })
      }
      await watch.quiet(other.publisherId)
      await publisher.api.get(`/calendar/${calendarId}`)
      const more = (await watch.seen()).filter((each) => isSince(each.publisher, other.publisherId))
      expect(more).toEqual([])
    } finally {
      await watch.end()
    }
  })
})

describe('every route of the app', () => {
  it('is of a surface that the table has', ({ expect }) => {
    expect(Object.keys(everyRoute()).sort()).toEqual(Object.keys(tables).sort())
  })

  describe.each(Object.entries(tables))('of %s', (name, table) => {
    it('has a row in the table', async ({ expect }) => {
      expect(Object.keys(await table.rows(await theWorld())).sort()).toEqual(everyRoute()[name])
    })

    it('refuses who may not as its contract says, tells them nothing and changes nothing; and does for who may', async ({
      expect,
    }) => {
      const world = await theWorld()
      const rows = await table.rows(world)
      const refused = Object.entries(await table.refused(world))
      const watch = await watchDatabase()
      try {
        await putOff(world)
        await watch.quiet(world.a.other.publisherId)
        const before = await objectsOf(world)
        for (const [who, each] of refused) {
          expect(await tryAsRefused(world, rows, each, watch), who).toEqual([])
        }
        expect(await objectsOf(world)).toEqual(before)
      } finally {
        await watch.end()
      }
      try {
        expect(await tryAsRightful(world, rows, table)).toEqual([])
      } finally {
        await table.end?.(world)
      }
    })
  })
})
