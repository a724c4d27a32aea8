import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { sha256Hex } from '../../../src/platform/digest'
import { logHead } from '../../support/log'
import { aPublisher } from '../../support/publisher'
import { signedSignUp, signUp } from '../../support/sign-up'

const countOf = (ecalId: string) =>
  env.DB.prepare('SELECT count(*) AS n FROM user_tokens WHERE subscriber_id = ?')
    .bind(ecalId)
    .first<number>('n')

describe('a person’s tokens', () => {
  it('are shown once, kept as hashes, listed without themselves, and revoked one by one or all', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const path = `/subscriber/${ecalId}/tokens`
    const head = await logHead()
    const first = await publisher.api.post(path)
    const second = await publisher.api.post(path, {
      name: 'Phone app',
      expiresAt: '2040-01-01T00:00:00+01:00',
    })
    expect(first.data).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      token: expect.stringMatching(/^[0-9a-f]{40}$/),
      name: '',
      created: expect.stringMatching(/Z$/),
      expiresAt: null,
    })
    expect(second.data).toMatchObject({ name: 'Phone app', expiresAt: '2039-12-31T23:00:00.000Z' })
    const listed = await publisher.api.get(path)
    expect(listed.data.map((token: { id: string }) => token.id)).toEqual([first.data.id, second.data.id])
    expect(listed.text).not.toContain(first.data.token)
    const stored = await env.DB.prepare('SELECT token_hash FROM user_tokens WHERE id = ?')
      .bind(first.data.id)
      .first()
    expect(stored?.token_hash).toBe(await sha256Hex(first.data.token))

    expect((await publisher.api.delete(`${path}/${first.data.id}`)).body).toEqual({
      status: '200',
      statusLong: 'OK',
    })
    expect((await publisher.api.delete(`${path}/${first.data.id}`)).status).toBe(404)
    expect((await publisher.api.delete(path)).body).toEqual({ status: '200', statusLong: 'OK' })
    expect((await publisher.api.get(path)).data).toEqual([])
    expect(await logHead()).toBe(head)
  })

  it('end with the subscription, and with the first proof of the e-mail', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await signUp(publisher, 'ann@example.com')
    await publisher.api.post(`/subscriber/${ecalId}/tokens`)
    await signedSignUp(publisher, 'ann@example.com')
    expect(await countOf(ecalId)).toBe(0)
    await publisher.api.post(`/subscriber/${ecalId}/tokens`)
    await signedSignUp(publisher, 'ann@example.com')
    expect(await countOf(ecalId)).toBe(1)
    await publisher.api.post(`/subscriber/${ecalId}/unsubscribe`)
    expect(await countOf(ecalId)).toBe(0)
    expect((await publisher.api.post(`/subscriber/${ecalId}/tokens`)).status).toBe(404)
  })

  it('are nobody else’s', async ({ expect }) => {
    const owner = await aPublisher()
    const stranger = await aPublisher()
    const { ecalId } = await owner.subscriber()
    const neighbour = await owner.subscriber()
    const { id } = (await owner.api.post(`/subscriber/${ecalId}/tokens`)).data
    const answers = await Promise.all([
      stranger.api.post(`/subscriber/${ecalId}/tokens`),
      stranger.api.get(`/subscriber/${ecalId}/tokens`),
      stranger.api.delete(`/subscriber/${ecalId}/tokens`),
      stranger.api.delete(`/subscriber/${ecalId}/tokens/${id}`),
      owner.api.delete(`/subscriber/${neighbour.ecalId}/tokens/${id}`),
    ])
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 404))
    expect(await countOf(ecalId)).toBe(1)
  })

  it.for([
    ['name', { name: 'x'.repeat(251) }],
    ['expiresAt', { expiresAt: 'tomorrow' }],
    ['expiresAt', { expiresAt: '2030-01-01T00:00:00' }],
  ] as const)('are not made with a bad %s', async ([field, body], { expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const refused = await publisher.api.post(`/subscriber/${ecalId}/tokens`, body)
    expect([refused.status, refused.body.errors[0].field]).toEqual([400, field])
    expect(await countOf(ecalId)).toBe(0)
  })
})
