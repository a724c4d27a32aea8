import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aMarketplace } from '../../support/marketplace'
import { fetchWorker, ORIGIN } from '../../support/publisher'
import { causeOf, post, respond, startSignOn } from '../../support/sign-on'
import { expectSignOnRefused, rowsOfSignOns } from '../../support/sign-on-refusals'

describe('a form is refused', () => {
  it('without a response, with two, and with what is no base64 of UTF-8', async (context) => {
    await expectSignOnRefused(context, 'no_response', (marketplace, started) =>
      post(marketplace, [], started),
    )
    await expectSignOnRefused(context, 'no_response', async (marketplace, started) => {
      const response = await respond(marketplace, started)
      return post(marketplace, [response, response], started)
    })
    await expectSignOnRefused(context, 'no_response', (marketplace, started) =>
      post(marketplace, '', started),
    )
    for (const text of ['***', btoa('\xff\xfe')]) {
      await expectSignOnRefused(context, 'malformed', (marketplace, started) =>
        post(marketplace, text, started),
      )
    }
  })

  it('over 256 KiB, with 413 and unread', async (context) => {
    await expectSignOnRefused(context, 'too_large', async (marketplace, started) => {
      const response = await respond(marketplace, started)
      return post(marketplace, response, { ...started, relayState: 'x'.repeat(262_144) })
    })
  })
})

describe('a response that comes again', () => {
  it('is refused as replayed', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started)
    expect((await post(marketplace, response, started)).status).toBe(303)
    const before = await rowsOfSignOns()
    const again = await post(marketplace, response, started)
    expect([again.status, (await causeOf(await again.text()))?.code]).toEqual([403, 'replayed'])
    expect(await rowsOfSignOns()).toBe(before)
  })

  it('20 times at once signs on once', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started)
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(marketplace, response, started)))
    expect(answers.filter((answer) => answer.status === 303)).toHaveLength(1)
    const codes = await Promise.all(
      answers
        .filter((answer) => answer.status === 403)
        .map(async (answer) => (await causeOf(await answer.text()))?.code),
    )
    expect(codes).toEqual(Array.from({ length: 19 }, () => 'replayed'))
    const sessions = await env.DB.prepare('SELECT count(*) AS n FROM portal_sessions WHERE tenant = ?')
      .bind(marketplace.tenant)
      .first('n')
    expect(sessions).toBe(1)
  })

  it('as another assertion to the same request is refused: a request is answered once', async ({
    expect,
  }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const [first, second] = [await respond(marketplace, started), await respond(marketplace, started)]
    expect((await post(marketplace, first, started)).status).toBe(303)
    const again = await post(marketplace, second, started)
    expect([again.status, (await causeOf(await again.text()))?.code]).toEqual([403, 'unknown_request'])
  })

  it('of one marketplace does not block the same id at another', async ({ expect }) => {
    for (const marketplace of [await aMarketplace(), await aMarketplace()]) {
      const started = await startSignOn(marketplace)
      const response = await respond(marketplace, started, { assertionId: '_the-same' })
      expect((await post(marketplace, response, started)).status).toBe(303)
    }
  })
})

describe('the page of a sign-on that failed', () => {
  it('loads nothing, goes nowhere, and leads back to the start', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const refused = await post(marketplace, '')
    expect(refused.headers.get('Cache-Control')).toBe('no-store')
    expect(refused.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(refused.headers.get('X-Content-Type-Options')).toBe('nosniff')
    const page = await refused.text()
    expect(page).toContain('Sign-on failed')
    expect(page).toContain(`href="/maestrano/auth/saml/init/${marketplace.tenant}"`)
  })

  it('is not what an unknown marketplace answers, nor one without single sign-on', async ({ expect }) => {
    const off = await aMarketplace({ sso: { enabled: false } })
    for (const tenant of [off.tenant, 't-unknown']) expect((await post({ tenant }, '')).status).toBe(404)
    const got = await fetchWorker(`/maestrano/auth/saml/consume/${off.tenant}`, {
      headers: { Origin: ORIGIN },
    })
    expect(got.status).toBe(405)
  })

  it('is not written down for ever where somebody posts at random', async ({ expect }) => {
    const marketplace = await aMarketplace()
    for (let n = 0; n < 130; n++) await post(marketplace, 'x')
    const logged = await env.DB.prepare('SELECT count(*) AS n FROM marketplace_log WHERE tenant = ?')
      .bind(marketplace.tenant)
      .first<number>('n')
    expect(logged).toBeLessThanOrEqual(120)
  })

  it('leaves no e-mail address, assertion or session in the log', async ({ expect }) => {
    const marketplace = await aMarketplace()
    const started = await startSignOn(marketplace)
    const response = await respond(marketplace, started)
    await post(marketplace, response, started)
    await post(marketplace, response, started)
    await post(marketplace, await respond(marketplace, started, { told: { group_uid: null } }), started)
    const { results } = await env.DB.prepare('SELECT * FROM marketplace_log WHERE tenant = ?')
      .bind(marketplace.tenant)
      .all()
    expect(JSON.stringify(results)).not.toMatch(/@|<saml|__Host/)
  })
})
