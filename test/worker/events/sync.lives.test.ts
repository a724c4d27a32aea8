import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { viewerName } from '../../../src/timeline'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { bare, mayBeSeen } from '../../support/histories'
import { aPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'
import { atTime } from '../../support/time'
import { inside, kill, lifeRow, loseStorage, personView, serviceView } from '../../support/timelines'

const LIFE = 2 ** 40
const DAY_MS = 24 * 3_600_000

/** Somebody with an item of their own beside the welcome event, and somebody else's; the copy knows all three. */
async function aViewer() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, calendar)
  await relate(service, event, ann.ecalId)
  const replica = new Replica(ann.app)
  await replica.sync()
  await relate(service, event, ben.ecalId)
  await replica.sync()
  const viewer = personView(publisher, ann.ecalId)
  const list = (token: number) => ann.app.get(`/event-subscriptions?sync_token=${token}`)
  return { publisher, service, ann, ben, calendar, event, replica, viewer, list }
}

describe('a life of a timeline', () => {
  it('begins at 0, with tokens from 1', async ({ expect }) => {
    const { viewer, replica } = await aViewer()
    expect(replica.token).toBe(3)
    expect(await lifeRow(viewer)).toMatchObject({ life: 0 })
  })

  it.for(['the storage', 'the tables'])(
    'is followed by the next where %s is lost',
    async (what, { expect }) => {
      const { viewer, replica, list, ann, publisher, service } = await aViewer()
      for (const life of [1, 2, 3]) {
        const old = replica.token
        if (what === 'the storage') await loseStorage(viewer)
        else {
          await inside(viewer, (_, state) => {
            for (const table of ['items', 'meta', 'staged', 'scope'])
              state.storage.sql.exec(`DELETE FROM ${table}`)
          })
        }
        const before = await fullRead(ann.app)
        expect(before.map((item) => item.sync_token).sort()).toEqual([1, 2, 3].map((n) => life * LIFE + n))
        expect(before.map(bare)).toEqual(await mayBeSeen(viewer))
        expect(await lifeRow(viewer)).toMatchObject({ life })
        for (const token of [old, old - 1, 1, life * LIFE, life * LIFE + 4, (life + 1) * LIFE + 1]) {
          const refused = await list(token)
          expect([refused.status, refused.code], `token ${token}`).toEqual([410, 'SYNC_TOKEN_INVALID'])
        }
        expect((await list(0)).data).toHaveLength(3)
        replica.items.clear()
        replica.token = 0
        await replica.sync(2)
        expect(replica.token).toBe(life * LIFE + 3)
      }
      const more = await anEvent(publisher, await aCalendar(publisher))
      await relate(service, more, ann.ecalId)
      expect(await replica.sync()).toMatchObject([{ event_id: more, sync_token: 3 * LIFE + 4 }])
    },
  )

  it('is of a service too', async ({ expect }) => {
    const { publisher, service } = await aViewer()
    const replica = new Replica(service)
    await replica.sync()
    expect(replica.token).toBe(2)
    await loseStorage(serviceView(publisher))
    expect((await service.get(`/event-subscriptions?sync_token=2`)).code).toBe('SYNC_TOKEN_INVALID')
    expect((await service.get('/event-subscriptions')).meta).toMatchObject({ sync_token: LIFE + 2, count: 2 })
  })

  it('refuses tokens above the current one; 0 is always good', async ({ expect }) => {
    const { list, replica, service, ben, event } = await aViewer()
    expect((await list(replica.token)).data).toEqual([])
    expect((await list(replica.token + 1)).status).toBe(410)
    expect((await list(Number.MAX_SAFE_INTEGER)).status).toBe(410)
    await service.patch(`/event-subscriptions/${event}_${ben.ecalId}`, { permission: 'invited_write' })
    expect((await list(replica.token + 1)).data).toEqual([])
    expect((await list(0)).status).toBe(200)
    const fresh = await aPerson(await aPublisher())
    expect((await fresh.app.get('/event-subscriptions?sync_token=1')).status).toBe(200)
    expect((await fresh.app.get('/event-subscriptions?sync_token=2')).status).toBe(410)
  })

  it('survives a kill: same life, same tokens', async ({ expect }) => {
    const { viewer, replica, ann } = await aViewer()
    await kill(viewer)
    expect(await replica.sync()).toEqual([])
    expect(replica.sorted()).toEqual(await fullRead(ann.app))
    expect(await lifeRow(viewer)).toMatchObject({ life: 0 })
  })

  it('is raised once, also by an object killed between its birth mark and D1', async ({ expect }) => {
    const { viewer, list, replica } = await aViewer()
    await loseStorage(viewer)
    await inside(viewer, (_, state) => {
      state.storage.sql.exec(`INSERT INTO meta (name, value) VALUES ('birth', 'a-mark')`)
    })
    await kill(viewer)
    expect((await list(replica.token)).status).toBe(410)
    expect(await lifeRow(viewer)).toEqual({ life: 1, birth: 'a-mark' })
    expect((await list(0)).meta.sync_token).toBe(LIFE + 3)
  })

  it('is raised once, also by an object killed between D1 and its own storage', async ({ expect }) => {
    const { viewer, list, replica } = await aViewer()
    await loseStorage(viewer)
    await inside(viewer, (_, state) => {
      state.storage.sql.exec(`INSERT INTO meta (name, value) VALUES ('birth', 'a-mark')`)
    })
    await env.DB.prepare(`UPDATE timelines SET life = life + 1, birth = 'a-mark' WHERE viewer = ?`)
      .bind(viewerName(viewer))
      .run()
    await kill(viewer)
    expect((await list(replica.token)).status).toBe(410)
    expect(await lifeRow(viewer)).toEqual({ life: 1, birth: 'a-mark' })
    expect((await list(0)).meta.sync_token).toBe(LIFE + 3)
  })

  it('ends with a restore of the database, in memory or not', async ({ expect }) => {
    const { viewer, list, replica, ann } = await aViewer()
    const raise = () =>
      env.DB.prepare('UPDATE timelines SET life = life + 1 WHERE viewer = ?').bind(viewerName(viewer)).run()
    await raise()
    expect((await list(replica.token)).status).toBe(410)
    expect((await list(0)).meta).toMatchObject({ sync_token: LIFE + 3, count: 3 })
    await kill(viewer)
    await raise()
    expect((await list(LIFE + 3)).status).toBe(410)
    expect((await fullRead(ann.app)).map(bare)).toEqual(await mayBeSeen(viewer))
    expect(await lifeRow(viewer)).toMatchObject({ life: 2 })
  })

  it('goes up where D1 knows nothing of it, as after a restore to before it', async ({ expect }) => {
    const { viewer, list, replica } = await aViewer()
    await env.DB.prepare('DELETE FROM timelines WHERE viewer = ?').bind(viewerName(viewer)).run()
    expect((await list(replica.token)).status).toBe(410)
    expect((await list(0)).meta).toMatchObject({ sync_token: LIFE + 3, count: 3 })
    expect(await lifeRow(viewer)).toMatchObject({ life: 1 })
    expect((await list(LIFE + 3)).status).toBe(200)
  })
})

describe('a cursor older than the log', () => {
  it('where the rows it needs are gone: tokens stay good, differences get tokens', async ({ expect }) => {
    const { viewer, replica, ann, ben, service, event, publisher, calendar } = await aViewer()
    const kept = replica.clone()
    await service.patch(`/event-subscriptions/${event}_${ben.ecalId}`, { permission: 'invited_write' })
    const second = await anEvent(publisher, calendar)
    await relate(service, second, ann.ecalId)
    await env.DB.prepare('DELETE FROM changes').run()
    await anEvent(publisher, calendar)
    const came = await kept.sync()
    expect(came.map((item) => item.id).sort()).toEqual(
      [`${event}_${ben.ecalId}`, `${second}_${ann.ecalId}`].sort(),
    )
    expect(kept.token).toBe(5)
    expect(kept.sorted()).toEqual(await fullRead(ann.app))
    expect(kept.sorted().map(bare)).toEqual(await mayBeSeen(viewer))
    expect(await lifeRow(viewer)).toMatchObject({ life: 0 })
  })

  it('where the last look is 36 days ago, and the whole log is gone', async ({ expect }) => {
    const { viewer, replica, ann, ben, service, event } = await aViewer()
    const kept = replica.clone()
    await service.delete(`/event-subscriptions/${event}_${ben.ecalId}`)
    await env.DB.prepare('DELETE FROM changes').run()
    await atTime(Date.now() + 36 * DAY_MS, async () => {
      expect(await kept.sync()).toEqual([
        { id: `${event}_${ben.ecalId}`, permission: 'removed', sync_token: 4 },
      ])
      expect(kept.sorted()).toEqual(await fullRead(ann.app))
      expect(kept.sorted().map(bare)).toEqual(await mayBeSeen(viewer))
      await ann.app.patch(`/event-subscriptions/${event}_${ann.ecalId}`, { rsvp_status: 'attending' })
      expect(await kept.sync()).toMatchObject([{ id: `${event}_${ann.ecalId}`, sync_token: 5 }])
    })
  })

  it('where nothing differs, nothing gets a token', async ({ expect }) => {
    const { replica, ann } = await aViewer()
    await atTime(Date.now() + 36 * DAY_MS, async () => {
      expect(await replica.sync()).toEqual([])
      expect(replica.token).toBe(3)
      expect(replica.sorted()).toEqual(await fullRead(ann.app))
    })
  })
})
