import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { clock } from '../../../src/platform/clock'
import { seal } from '../../../src/platform/sealed'
import { aPublisher, type TestPublisher } from '../../support/publisher'
import {
  countOf,
  newEmail,
  openPage,
  opsOf,
  postForm,
  postJson,
  setWidget,
  signEmail,
  vouchFor,
} from './support'

const forbidden = { status: '403', statusLong: 'Signature mismatch or apiKey is not valid.' }
const YEAR_2030 = '1900000000'

/** A widget that takes signed e-mails only. */
async function aStrictPublisher(): Promise<TestPublisher> {
  const publisher = await aPublisher()
  await setWidget(publisher, { require_signed_email: 1 })
  return publisher
}

describe('a signed e-mail', () => {
  it('agrees with the vectors of the contract', async ({ expect }) => {
    const publisher = await aPublisher()
    await env.DB.batch([
      // Another test file may have used the names of the contract's vectors.
      env.DB.prepare(`DELETE FROM api_keys WHERE api_key = 'demo-key'`),
      env.DB.prepare(`DELETE FROM widgets WHERE id = 'demo-widget'`),
      env.DB.prepare(`UPDATE widgets SET id = 'demo-widget' WHERE id = ?`).bind(publisher.widgetId),
      env.DB.prepare(`UPDATE api_keys SET api_key = 'demo-key', secret_sealed = ? WHERE api_key = ?`).bind(
        await seal(env.ENCRYPTION_KEY, 'demo-secret', 'demo-key'),
        publisher.apiKey,
      ),
    ])
    const body = { widgetId: 'demo-widget', apiKey: 'demo-key', application: 'apple' }
    const first = await postJson({
      ...body,
      email: ' Ana@Example.com ',
      emailSign: '0cac4369c02db719979b6b80e0789d8fbf5cf28608ffad0a0742a54e19d31346',
    })
    expect(first.status).toBe(201)
    const second = await postJson({
      ...body,
      email: 'ana@example.com',
      emailSign: 'd319c7cea5a51710e03b02c6b8aff2496fa717ab60dce33ddbb9675d083fc5e5',
      emailSignExpires: YEAR_2030,
    })
    expect([second.status, second.body.ecalId]).toEqual([200, first.body.ecalId])
  })

  it('is a verified contact from then on', async ({ expect }) => {
    const publisher = await aStrictPublisher()
    const email = newEmail()
    const { status, body } = await postJson({
      widgetId: publisher.widgetId,
      application: 'apple',
      ...(await vouchFor(publisher, email)),
    })
    expect(status).toBe(201)
    const { data } = await publisher.api.get(`/subscriber/${body.ecalId}`)
    expect(data.emailVerified).toBe(true)
    expect(await opsOf(publisher, `subscriber:${body.ecalId}`)).toEqual([
      'subscriber.subscribed',
      'contact.verified',
    ])
  })

  it('may be signed with any key of the publisher, but not with one revoked', async ({ expect }) => {
    const publisher = await aStrictPublisher()
    const key = await publisher.key()
    const { widgetId } = publisher
    const email = newEmail()
    const emailSign = await signEmail(key.secret, widgetId, email)
    const body = { widgetId, application: 'apple', email, emailSign, apiKey: key.apiKey }
    expect((await postJson({ ...body, apiKey: publisher.apiKey })).status).toBe(403)
    expect((await postJson(body)).status).toBe(201)
    await env.DB.prepare('UPDATE api_keys SET revoked_at = 1 WHERE api_key = ?').bind(key.apiKey).run()
    expect((await postJson(body)).status).toBe(404)
  })

  it('goes from the link through the page to the sign-up', async ({ expect }) => {
    const publisher = await aStrictPublisher()
    const { widgetId } = publisher
    const email = newEmail()
    const { html } = await openPage({ widgetId, ...(await vouchFor(publisher, email)) })
    expect(html.words).not.toContain('only through a personal link')
    const done = await postForm([...html.fields, ['application', 'apple']])
    expect(done.status).toBe(201)
    expect((await publisher.api.get(`/subscriber/${email}`)).data.emailVerified).toBe(true)
  })
})

describe('a signature that isn’t good', () => {
  it('is 403 on a widget that asks for one, before anybody is looked up', async ({ expect }) => {
    const publisher = await aStrictPublisher()
    const { widgetId } = publisher
    const known = newEmail()
    const good = { widgetId, application: 'apple', ...(await vouchFor(publisher, known)) }
    await postJson(good)
    const { emailSign } = good
    for (const email of [known, newEmail()]) {
      for (const change of [
        { emailSign: undefined },
        { emailSign: undefined, apiKey: undefined },
        { emailSign: 'a'.repeat(64) },
        { emailSign: emailSign.toUpperCase() },
        { emailSign: await signEmail('another secret', widgetId, email) },
        { emailSign: await signEmail(publisher.secret, 'another-widget', email) },
        { emailSign: await signEmail(publisher.secret, widgetId, `x${email}`) },
        { emailSign: await signEmail(publisher.secret, widgetId, email), emailSignExpires: YEAR_2030 },
        { emailSign: await signEmail(publisher.secret, widgetId, email, YEAR_2030) },
        {
          emailSign: await signEmail(publisher.secret, widgetId, email, '1000000000'),
          emailSignExpires: '1000000000',
        },
        { calendarIds: ['a'.repeat(24)], emailSign: 'b'.repeat(64) },
      ]) {
        const { status, body } = await postJson({ ...good, email, ...change })
        expect([status, body], JSON.stringify(change)).toEqual([403, forbidden])
      }
    }
    expect(await countOf('subscribers', publisher)).toBe(1)
    expect((await opsOf(publisher)).filter((op) => op === 'subscriber.link_requested')).toEqual([])
  })

  it('is 403 on every widget, where one is given', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const body = { widgetId, apiKey, application: 'apple', email: newEmail(), emailSign: 'a'.repeat(64) }
    expect((await postJson(body)).body).toEqual(forbidden)
    expect(await countOf('subscribers', publisher)).toBe(0)
  })

  it('of a key that isn’t the widget’s is 404', async ({ expect }) => {
    const [publisher, other] = [await aPublisher(), await aPublisher()]
    const email = newEmail()
    const emailSign = await signEmail(other.secret, publisher.widgetId, email)
    const body = {
      widgetId: publisher.widgetId,
      apiKey: other.apiKey,
      application: 'apple',
      email,
      emailSign,
    }
    expect((await postJson(body)).status).toBe(404)
  })

  it('shows the form again and says what to do', async ({ expect }) => {
    const publisher = await aStrictPublisher()
    const { apiKey, widgetId } = publisher
    const email = newEmail()
    const answer = await postForm({
      widgetId,
      apiKey,
      email,
      application: 'apple',
      emailSign: 'a'.repeat(64),
    })
    expect(answer.status).toBe(403)
    expect(answer.html.words).toContain('Please ask Acme Lending for a new one.')
    expect(answer.html.input('email')).toMatchObject({ value: email, readonly: '' })
    expect(answer.html.input('emailSign')?.value).toBe('a'.repeat(64))
  })
})

describe('the expiry of a signature', () => {
  it('is the second that was signed, as text or number', async ({ expect }) => {
    const publisher = await aStrictPublisher()
    const { apiKey, widgetId, secret } = publisher
    const email = newEmail()
    const emailSign = await signEmail(secret, widgetId, email, YEAR_2030)
    const body = { widgetId, apiKey, application: 'apple', email, emailSign }
    const now = clock.now
    try {
      clock.now = () => 1_900_000_000_000
      expect((await postJson({ ...body, emailSignExpires: YEAR_2030 })).status).toBe(201)
      expect((await postJson({ ...body, emailSignExpires: Number(YEAR_2030) })).status).toBe(200)
      clock.now = () => 1_900_000_000_001
      expect((await postJson({ ...body, emailSignExpires: YEAR_2030 })).status).toBe(403)
    } finally {
      clock.now = now
    }
  })
})
