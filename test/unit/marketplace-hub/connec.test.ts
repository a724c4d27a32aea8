import { describe, it } from 'vitest'
import { aHub } from './support'

const people = '/connec/api/v2/cld-1/people'

describe('a collection of Connec!', () => {
  it('is read page by page, in the order of its making', async ({ expect }) => {
    const { hub, json, fill } = await aHub()
    fill('cld-1', 250)
    const seen: unknown[] = []
    for (const skip of [0, 100, 200]) {
      const { status, body } = await json('GET', `${people}?$top=100&$skip=${skip}&$orderby=created_at asc`)
      expect(status).toBe(200)
      expect(body.pagination).toMatchObject({ skip, top: 100, total: 250 })
      expect('next' in body.pagination).toBe(skip < 200)
      seen.push(...body.people.map(({ id }) => id))
    }
    expect(seen).toEqual(hub.connec.list('cld-1', 'people').map(({ id }) => id))
    expect(new Set(seen).size).toBe(250)
    hub.paginates = false
    expect((await json('GET', people)).body).not.toHaveProperty('pagination')
    expect((await json('GET', `${people}?$orderby=created_at desc&$top=1`)).body.people[0]?.id).toBe(
      seen.at(-1),
    )
  })

  it('is searched by code', async ({ expect }) => {
    const { json } = await aHub()
    await json('POST', people, { people: { code: "DB-it's", last_name: 'One' } })
    await json('POST', people, { people: { code: 'DB-it', last_name: 'Two' } })
    const find = async (code: string) =>
      (await json('GET', `${people}?$filter=${encodeURIComponent(`code eq '${code}'`)}`)).body.people.map(
        ({ last_name: name }) => name,
      )
    expect(await find("DB-it''s")).toEqual(['One'])
    expect(await find('DB-it')).toEqual(['Two'])
    expect(await find('DB-')).toEqual([])
  })

  it.for(['$top=0', '$top=x', '$skip=-1', "$filter=code ne 'x'", '$orderby=created_at sideways'])(
    'refuses %s in words',
    async (query, { expect }) => {
      const { json } = await aHub()
      const { status, body } = await json('GET', `${people}?${query}`)
      expect(status).toBe(400)
      expect(body.errors[0]?.title).toContain(query.split('=')[0])
    },
  )

  it('is open to the app alone, for groups and collections that exist', async ({ expect }) => {
    const { call } = await aHub()
    expect((await call('GET', people, undefined, { Authorization: 'Basic x' })).status).toBe(401)
    expect((await call('GET', '/connec/api/v2/cld-9/people')).status).toBe(404)
    expect((await call('GET', '/connec/api/v2/cld-1/quotes')).status).toBe(404)
    expect((await call('GET', `${people}/unknown`)).status).toBe(404)
    expect((await call('PUT', `${people}/unknown`, { people: { status: 'INACTIVE' } })).status).toBe(404)
    expect((await call('POST', people, { events: {} })).status).toBe(400)
  })
})

describe('an entity of Connec!', () => {
  it('gets an id and times, and keeps what a PUT does not name', async ({ expect }) => {
    const { json } = await aHub({ now: () => Date.parse('2030-01-01T00:00:00Z') })
    const email = { address: 'ann@example.com', address2: 'lee@example.com' }
    const made = await json('POST', people, { people: { code: 'DB-1', first_name: 'Ann', email } })
    expect(made.status).toBe(201)
    const { id, created_at: at, updated_at: first } = made.body.people
    expect([at, first]).toEqual(['2030-01-01T00:00:00.000Z', '2030-01-01T00:00:00.000Z'])
    const changed = await json('PUT', `${people}/${id}`, {
      people: { id: 'mine', email: { address: 'ann@example.org' } },
    })
    expect(changed.body.people).toEqual({
      id,
      code: 'DB-1',
      first_name: 'Ann',
      email: { address: 'ann@example.org', address2: 'lee@example.com' },
      created_at: at,
      updated_at: '2030-01-01T00:00:00.001Z',
    })
    expect((await json('GET', `${people}/${id}`)).body.people).toEqual(changed.body.people)
  })

  it('shows all its ids to who asks for them', async ({ expect }) => {
    const { json, fill } = await aHub()
    fill('cld-1', 1)
    const { body } = await json('GET', people, undefined, { 'CONNEC-EXTERNAL-IDS': 'true' })
    expect(body.people[0]?.id).toEqual([{ id: expect.any(String), provider: 'connec', realm: 'cld-1' }])
  })

  it('is told to Daybook when it changes, whoever changed it', async ({ expect }) => {
    const { hub, told, json } = await aHub()
    await json('POST', people, { people: { code: 'DB-1' } })
    expect(told).toEqual([])
    await hub.deliver()
    await hub.deliver()
    expect(told).toEqual([
      {
        method: 'POST',
        url: 'http://localhost:8787/maestrano/connec/notifications/demo',
        authorization: `Basic ${btoa('app-demo:demo-marketplace-key')}`,
        body: {
          people: [expect.objectContaining({ code: 'DB-1', group_id: 'cld-1', id: expect.any(String) })],
        },
      },
    ])

    hub.notifications = 'before'
    await json('POST', people, { people: { code: 'DB-2' } })
    expect(told).toHaveLength(2)
    hub.notifications = 'auto'
    hub.connec.create('cld-1', 'people', { code: 'PE-1' })
    await hub.settled()
    expect(told).toHaveLength(3)
    hub.notifications = 'off'
    hub.connec.create('cld-1', 'people', { code: 'PE-2' })
    await hub.deliver()
    expect(told).toHaveLength(3)
  })
})

describe('a cancellation at the hub', () => {
  it('is told to Daybook, and one that is not answered is noted', async ({ expect }) => {
    const { hub, told } = await aHub()
    expect(await hub.cancelUser('cld-1', 'usr-2')).toMatchObject({ status: 200 })
    await hub.cancelUser('cld-1', 'usr-2', 'usr-2.cld-1')
    await hub.cancelGroup('cld-1')
    expect(told.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      'DELETE /maestrano/account/groups/cld-1/users/usr-2/demo',
      'DELETE /maestrano/account/groups/cld-1/users/usr-2.cld-1/demo',
      'DELETE /maestrano/account/groups/cld-1/demo',
    ])
    expect(hub.groups.get('cld-1')).toMatchObject({ status: 'cancelled' })
    const { hub: alone } = await aHub({ fetch: () => Promise.reject(new TypeError('nobody there')) })
    expect(await alone.cancelGroup('cld-1')).toMatchObject({ status: 0, answer: 'nobody there' })
  })

  it('is noted as not answered where the answer breaks off', async ({ expect }) => {
    const broken = () =>
      new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) })
    const { hub } = await aHub({ fetch: () => Promise.resolve(new Response(broken())) })
    expect(await hub.cancelGroup('cld-1')).toMatchObject({ status: 0, answer: 'terminated' })
  })
})
