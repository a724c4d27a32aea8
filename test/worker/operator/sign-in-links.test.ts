import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { readSession } from '../../../src/domain/marketplace/read-session'
import { isGoodLink, useSignInLink } from '../../../src/domain/marketplace/sign-in-links'
import { newId } from '../../../src/platform/ids'
import { operatorCalls, provisioning } from '../../support/marketplace'
import { aPublisher, ORIGIN } from '../../support/publisher'

type Link = { url: string; expiresAt: string; userId: string }

const link = async (publisherId: number, body: object) => {
  const response = await operatorCalls('POST', `/publishers/${publisherId}/sign-in-links`, body)
  const answer = (await response.json()) as Link
  return { status: response.status, ...answer, token: answer.url?.split('/').at(-1) ?? '' }
}

const ctx = (now = Date.now()) => ({ ...provisioning('none'), now })
const open = async (token: string, now = Date.now()) => {
  const used = await useSignInLink(ctx(now), token, null)
  return used && (await readSession(ctx(now), used.sessionId))
}

describe('a sign-in link of the operator', () => {
  it('opens one session of one publisher, in the role that it names', async ({ expect }) => {
    const publisher = await aPublisher()
    const made = await link(publisher.id, { email: 'Ann@Example.com', firstName: 'Ann', role: 'member' })
    expect(made.status).toBe(201)
    expect(made.url).toMatch(new RegExp(`^${ORIGIN}/portal/sign-in/[0-9a-f]{32,}$`))
    expect(Date.parse(made.expiresAt) - Date.now()).toBeLessThanOrEqual(900_000)
    expect(await isGoodLink(ctx(), made.token)).toBe(true)
    const states = await Promise.all(Array.from({ length: 10 }, () => open(made.token)))
    const opened = states.filter((state) => state !== null)
    expect(opened).toHaveLength(1)
    expect(opened[0]).toMatchObject({
      kind: 'open',
      session: {
        publisher: { id: publisher.id },
        company: null,
        user: { id: made.userId, firstName: 'Ann', lastName: '', email: 'ann@example.com', role: 'Member' },
      },
    })
    expect(await isGoodLink(ctx(), made.token)).toBe(false)
    const stored = JSON.stringify((await env.DB.prepare('SELECT * FROM sign_in_links').all()).results)
    expect(stored).not.toContain(made.token)
  })

  it('is for the same user by the same e-mail at this publisher, and for another at another one', async ({
    expect,
  }) => {
    const [one, two] = [await aPublisher(), await aPublisher()]
    const email = `${newId()}@example.com`
    const first = await link(one.id, { email, firstName: 'Ann' })
    const again = await link(one.id, { email, role: 'Guest' })
    expect(again.userId).toBe(first.userId)
    expect(await open(again.token)).toMatchObject({ session: { user: { firstName: 'Ann', role: 'Guest' } } })
    expect((await link(two.id, { email })).userId).not.toBe(first.userId)
  })

  it('opens nothing once it has expired, or its user is blocked since', async ({ expect }) => {
    const publisher = await aPublisher()
    const made = await link(publisher.id, { email: 'ann@example.com', expiresIn: 60 })
    expect(await open(made.token, Date.parse(made.expiresAt))).toBeNull()
    await env.DB.prepare("UPDATE memberships SET status = 'blocked' WHERE user_id = ?")
      .bind(made.userId)
      .run()
    expect(await open(made.token)).toBeNull()
    expect(await open('0'.repeat(64))).toBeNull()
    // The operator says so.
    expect(await open((await link(publisher.id, { email: 'ann@example.com' })).token)).toMatchObject({
      kind: 'open',
    })
  })

  it.for([
    {},
    { email: 'ann' },
    { email: 'ann@example.com', expiresIn: 59 },
    { email: 'ann@example.com', expiresIn: 86_401 },
    { email: 'ann@example.com', role: 'Owner' },
    { email: 'ann@example.com', other: 1 },
  ])('is not made of %j', async (body, { expect }) => {
    expect((await link((await aPublisher()).id, body)).status).toBe(400)
  })

  it('is 404 for an unknown publisher, for whom nobody is made', async ({ expect }) => {
    const email = `${newId()}@example.com`
    expect((await link(999_999, { email })).status).toBe(404)
    expect(await env.DB.prepare('SELECT 1 FROM users WHERE email = ?').bind(email).first()).toBeNull()
  })
})
