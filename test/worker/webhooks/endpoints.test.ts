import { describe, it } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'

const url = 'https://hooks.example.com/daybook'

describe('a webhook endpoint', () => {
  it('is made with a secret that is told once, changed, and deleted', async ({ expect }) => {
    const { api } = await aPublisher()
    const made = await api.post('/webhook', { url })
    expect(made.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      url,
      events: ['*'],
      format: 'standard',
      description: '',
      active: true,
      encrypted: false,
      disabledReason: '',
      disabledAt: null,
      failingSince: null,
      lastSuccessAt: null,
      lastFailureAt: null,
      notice: null,
      created: expect.stringMatching(/Z$/),
      modified: made.data.created,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    })
    const { secret, ...shown } = made.data
    const path = `/webhook/${made.data.id}`
    expect((await api.get(path)).data).toEqual(shown)
    expect((await api.get('/webhook')).data).toEqual([shown])
    const changed = await api.put(path, { description: 'Billing', events: ['event.created'] })
    expect(changed.data).toMatchObject({ description: 'Billing', events: ['event.created'], url })
    expect(changed.text).not.toContain(secret)
    const off = await api.put(path, { active: false })
    expect(off.data).toMatchObject({
      active: false,
      disabledReason: 'manual',
      disabledAt: expect.any(String),
    })
    const on = await api.put(path, { active: true })
    expect(on.data).toMatchObject({ active: true, disabledReason: '', disabledAt: null, notice: null })
    expect((await api.delete(path)).body).toEqual({ status: '200', statusLong: 'OK' })
    expect((await api.get(path)).status).toBe(404)
    expect((await api.delete(path)).status).toBe(404)
  })

  it('takes a secret of the client’s own, and an encryption secret that is never told', async ({
    expect,
  }) => {
    const { api } = await aPublisher()
    const secret = `whsec_${btoa('0123456789abcdef01234567')}`
    const made = await api.post('/webhook', {
      url,
      secret,
      format: 'ecal',
      encryptionSecret: 'correct horse',
    })
    expect(made.data).toMatchObject({ secret, encrypted: true })
    expect(made.text).not.toContain('correct horse')
    const plain = await api.put(`/webhook/${made.data.id}`, { encryptionSecret: null })
    expect(plain.data.encrypted).toBe(false)
  })

  it.for([
    ['url', {}],
    ['url', { url: 'http://hooks.example.com/' }],
    ['url', { url: 'https://127.0.0.1/' }],
    ['url', { url: 'https://localhost/' }],
    ['url', { url: 'https://daybook.example/x' }],
    ['url', { url: 'https://sub.daybook.example/x' }],
    ['url', { url: `https://hooks.example.com/${'x'.repeat(2000)}` }],
    ['events', { url, events: [] }],
    ['events.0', { url, events: ['event.exploded'] }],
    ['events', { url, events: 'event.created' }],
    ['format', { url, format: 'xml' }],
    ['events', { url, format: 'ecal', events: ['event.created'] }],
    ['secret', { url, secret: 'whsec_short' }],
    ['secret', { url, secret: `whsec_${btoa('x'.repeat(65))}` }],
    ['secret', { url, secret: btoa('x'.repeat(32)) }],
    ['encryptionSecret', { url, format: 'ecal', encryptionSecret: 'short' }],
    ['encryptionSecret', { url, encryptionSecret: 'long enough' }],
    ['description', { url, description: 'x'.repeat(251) }],
    ['active', { url, active: 'perhaps' }],
  ] as const)('names %s in %j', async ([field, body], { expect }) => {
    const { api } = await aPublisher()
    const refused = await api.post('/webhook', body)
    expect([refused.status, refused.body.errors?.[0]?.field]).toEqual([400, field])
    expect((await api.get('/webhook')).data).toEqual([])
  })

  it('refuses a change that does not fit the rest, and a secret in it', async ({ expect }) => {
    const { api } = await aPublisher()
    const { id } = (await api.post('/webhook', { url, events: ['event.created'] })).data
    const fields = async (body: object) => (await api.put(`/webhook/${id}`, body)).body.errors[0].field
    expect(await fields({ secret: `whsec_${btoa('x'.repeat(32))}` })).toBe('secret')
    expect(await fields({ format: 'ecal' })).toBe('events')
    expect(await fields({ encryptionSecret: 'long enough' })).toBe('encryptionSecret')
    expect(await fields({ url: 'https://10.0.0.1/' })).toBe('url')
    expect(await fields({ events: [] })).toBe('events')
  })

  it('is one of at most 50, also when many are made at once', async ({ expect }) => {
    const { api } = await aPublisher()
    const made = await Promise.all(Array.from({ length: 60 }, () => api.post('/webhook', { url })))
    expect(made.filter((answer) => answer.status === 200)).toHaveLength(50)
    expect(made.filter((answer) => answer.status === 400)).toHaveLength(10)
    expect((await api.get('/webhook')).data).toHaveLength(50)
    expect((await api.get('/webhook', { limit: '30', page: '2' })).data).toHaveLength(20)
  })

  it('is nobody else’s, on any route', async ({ expect }) => {
    const { url } = aReceiver()
    const owner = await aPublisher()
    const stranger = await aPublisher()
    const { id } = (await owner.api.post('/webhook', { url })).data
    const { messageId } = (await owner.api.post(`/webhook/${id}/test`)).data
    const span = { since: new Date(Date.now() - 1000).toISOString() }
    const answers = await Promise.all([
      stranger.api.get(`/webhook/${id}`),
      stranger.api.put(`/webhook/${id}`, { description: 'mine' }),
      stranger.api.delete(`/webhook/${id}`),
      stranger.api.post(`/webhook/${id}/rotate-secret`),
      stranger.api.post(`/webhook/${id}/test`),
      stranger.api.get(`/webhook/${id}/deliveries`),
      stranger.api.get(`/webhook/${id}/deliveries/${messageId}`),
      stranger.api.post(`/webhook/${id}/deliveries/${messageId}/replay`),
      stranger.api.post(`/webhook/${id}/replay`, span),
    ])
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 404))
    expect((await stranger.api.get('/webhook')).data).toEqual([])
    expect((await owner.api.get(`/webhook/${id}/deliveries/${messageId}`)).status).toBe(200)
  })
})
