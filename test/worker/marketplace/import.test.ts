import { env } from 'cloudflare:workers'
import { describe, it, vi } from 'vitest'
import { demoEntities } from '../../../scripts/marketplace/demo-data.mjs'
import { wakeSharing } from '../../../src/domain/marketplace/connec'
import { consume } from '../../../src/queues'
import { faultyDatabase } from '../../support/faults'
import { count } from '../../support/rows'
import { aSharingCompany, type Sharing } from '../../support/sharing'
import { atTime } from '../../support/time'
import { patience } from '../../support/waiting'

const MINUTE = 60_000

/** A hub with the demo's records. */
const demo = ({ put }: Pick<Sharing, 'put'>) => {
  const entities = demoEntities({ group: 'x', people: 250, events: 120, invoices: 60 })
  for (const [collection, list] of Object.entries(entities)) {
    for (const entity of list) put(collection, entity)
  }
}

const onePage = (sharing: Sharing, later = 0) =>
  atTime(Date.now() + later, () => consume(env, 'daybook-imports', [{ import: sharing.company.publisherId }]))

const imported = (sharing: Sharing, table: string) =>
  count(`${table} WHERE publisher_id = ?`, sharing.company.publisherId)

describe('the import of a new company', () => {
  it('takes all people, events and invoices, page by page', async ({ expect }) => {
    const sharing = await aSharingCompany({ before: demo })
    const { connec } = await sharing.seen()
    expect(connec.import).toMatchObject({
      state: 'done',
      entities: {
        people: { state: 'done', imported: 250, skipped: 0, total: 250 },
        // Cancelled ones have nothing to show.
        events: { state: 'done', imported: 116, skipped: 4, total: 120 },
        invoices: { state: 'done', imported: 60, skipped: 0, total: 60 },
      },
    })
    expect(connec.push).toEqual({ pending: 0, failed: 0 })
    expect(await imported(sharing, 'directory')).toBe(250)
    expect(await imported(sharing, 'connec_invoices')).toBe(60)
    const skips = sharing.calls('GET', 'people').map((call) => call.query)
    expect(skips).toEqual(
      ['0', '100', '200'].map((skip) => ({ $top: '100', $skip: skip, $orderby: 'created_at asc' })),
    )
    // Nothing that came from there is sent back.
    expect(sharing.hub.calls.filter((call) => call.method !== 'GET')).toEqual([])
    const log = await sharing.log('connec')
    expect(log.filter((entry) => entry.code === 'skipped')).toHaveLength(4)
  })

  it('goes on where it was interrupted, at whichever statement, without duplicates', async ({ expect }) => {
    const sharing = await aSharingCompany({ before: demo, imports: false })
    for (let at = 0; at < 25; at++) {
      const { DB } = faultyDatabase(at)
      await consume({ ...env, DB }, 'daybook-imports', [{ import: sharing.company.publisherId }]).catch(
        () => {},
      )
      await env.DB.prepare(
        'UPDATE connec_imports SET lease_until = 0, tries = 0, next_attempt_at = iif(next_attempt_at IS NULL, NULL, 0) WHERE publisher_id = ?',
      )
        .bind(sharing.company.publisherId)
        .run()
    }
    await sharing.settled()
    expect((await sharing.seen()).connec.import.entities).toMatchObject({
      people: { state: 'done', imported: 250 },
      events: { state: 'done', imported: 116, skipped: 4 },
      invoices: { state: 'done', imported: 60 },
    })
    expect(await imported(sharing, 'directory')).toBe(250)
    expect(await imported(sharing, 'events')).toBe(116)
    expect(await imported(sharing, 'connec_map')).toBe(426)
  })

  it('changes nothing where a page comes twice', async ({ expect }) => {
    const sharing = await aSharingCompany({ before: demo })
    const before = await sharing.events()
    await sharing.startImport()
    await sharing.settled()
    expect(await sharing.events()).toEqual(before)
    expect(await imported(sharing, 'directory')).toBe(250)
    expect((await sharing.seen()).connec.import).toMatchObject({ state: 'done' })
  })

  it('waits for a hub that is down, and goes on with the next collection where it gives up', async ({
    expect,
  }) => {
    const sharing = await aSharingCompany({
      before: ({ put, hub }) => {
        put('people', { first_name: 'Ann', email: 'ann@example.com' })
        put('events', { name: 'Fair', start_date: '2030-05-01' })
        hub.fail({ path: /\/people/, answer: 500, times: 100 })
      },
      imports: false,
    })
    await onePage(sharing)
    expect((await sharing.seen()).connec.import.entities.people.state).toBe('running')
    // Nobody is woken for what isn't its turn.
    const woken: unknown[] = []
    const sendBatch = async (messages: { body: unknown }[]) =>
      void woken.push(...messages.map(({ body }) => body))
    const queue = { sendBatch } as unknown
    await wakeSharing(
      { imports: queue as typeof env.IMPORTS, pushes: queue as typeof env.PUSHES },
      env.DB,
      Date.now(),
    )
    expect(woken).not.toContainEqual({ import: sharing.company.publisherId })
    let later = MINUTE
    for (let attempt = 0; attempt < 12; attempt++, later += 25 * 60 * MINUTE) await onePage(sharing, later)
    await vi.waitFor(async () => {
      await onePage(sharing, later)
      expect((await sharing.seen()).connec.import).toMatchObject({
        state: 'failed',
        entities: { people: { state: 'failed' }, events: { state: 'done', imported: 1 } },
      })
    }, patience)
  })

  it('skips what says no time that there is, and takes the rest of the page', async ({ expect }) => {
    const sharing = await aSharingCompany({
      before: ({ put }) => {
        for (const time of ['25:00', '09:60', '24:00:00']) put('events', { start_date: `2030-05-01T${time}` })
        put('events', { name: 'Fair', start_date: '2030-05-01', end_date: '2030-05-01T99:99' })
      },
    })
    const { events } = (await sharing.seen()).connec.import.entities
    expect(events).toMatchObject({ state: 'done', imported: 1, skipped: 3 })
    expect((await sharing.events()).map((event) => event.name)).toEqual(['Fair'])
  })

  it('takes nothing of a page that comes once the company is cancelled', async ({ expect }) => {
    const sharing = await aSharingCompany({ before: demo, imports: false })
    sharing.meanwhile('GET', 'people', () => sharing.hub.cancelGroup(sharing.company.groupUid))
    await onePage(sharing)
    expect(await imported(sharing, 'directory')).toBe(0)
    expect(await imported(sharing, 'connec_map')).toBe(0)
  })

  it('asks for nothing of a collection that is no longer subscribed', async ({ expect }) => {
    const sharing = await aSharingCompany({ before: demo, imports: false })
    await sharing.configure({ webhooks: { subscriptions: { people: true, events: false, invoices: true } } })
    await sharing.settled()
    expect(sharing.calls('GET', 'events')).toEqual([])
    expect((await sharing.seen()).connec.import.entities).toMatchObject({
      people: { imported: 250 },
      events: { state: 'done', imported: 0 },
      invoices: { imported: 60 },
    })
  })

  it('takes a collection that the hub hasn’t for done', async ({ expect }) => {
    const sharing = await aSharingCompany({
      before: ({ put, hub }) => {
        put('events', { name: 'Fair', start_date: '2030-05-01' })
        hub.fail({ path: /\/people/, answer: 404, times: 100 })
        hub.fail({ path: /\/invoices/, answer: 400, times: 100 })
      },
    })
    expect((await sharing.seen()).connec.import).toMatchObject({
      state: 'done',
      entities: {
        people: { state: 'done', imported: 0 },
        events: { imported: 1 },
        invoices: { state: 'done' },
      },
    })
  })

  it('reads on without pagination while pages are full', async ({ expect }) => {
    const sharing = await aSharingCompany({
      before: (made) => {
        made.hub.paginates = false
        demo(made)
      },
    })
    expect(sharing.calls('GET', 'people')).toHaveLength(3)
    expect(await imported(sharing, 'directory')).toBe(250)
  })

  it('leaves out what isn’t subscribed, and all where nothing is shared', async ({ expect }) => {
    const subscriptions = { people: false, events: true, invoices: false }
    const some = await aSharingCompany({ before: demo, settings: { webhooks: { subscriptions } } })
    expect(await imported(some, 'directory')).toBe(0)
    expect(await imported(some, 'events')).toBe(116)
    const none = await aSharingCompany({ before: demo, settings: { connec: null } })
    expect(none.hub.calls).toEqual([])
  })
})
