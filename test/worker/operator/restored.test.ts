import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate } from '../../support/apps'
import { aPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'
import { operate } from '../identity/support'

const headOf = () => env.DB.prepare('SELECT max(seq) AS head FROM changes').first<number>('head')

describe('POST /operator/restored', () => {
  it('uses no revision, ETag, sync token or message id twice', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const ann = await aPerson(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    await relate(service, event, ann.ecalId)
    const replica = new Replica(ann.app)
    await replica.sync()
    const etag = (await ann.feed()).headers.get('ETag') ?? ''
    const head = (await headOf()) ?? 0

    const restored = await operate('POST', '/operator/restored')
    expect(restored).toEqual({ status: 200, body: { seq: head + 2 ** 32 } })
    const refused = await ann.app.get(`/event-subscriptions?sync_token=${replica.token}`)
    expect([refused.status, refused.code]).toEqual([410, 'SYNC_TOKEN_INVALID'])
    const anew = new Replica(ann.app)
    await anew.sync()
    expect(anew.token).toBe(2 ** 40 + anew.items.size)
    expect(anew.sorted()).toEqual(await fullRead(ann.app))
    const feed = await ann.feed({ 'If-None-Match': etag })
    expect(feed.status).toBe(200)
    expect((await ann.feed({ 'If-None-Match': feed.headers.get('ETag') ?? '' })).status).toBe(304)

    const again = await operate('POST', '/operator/restored', {})
    expect(again.body.seq).toBe(head + 2 ** 33)
    expect((await operate('POST', '/operator/restored', { force: true })).status).toBe(400)
  })
})
