import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { randomHex } from '../../../src/platform/ids'
import { aPublisher } from '../../support/publisher'
import { countOf, newEmail, openPage, opsOf, postForm, postJson, vouchFor } from './support'

const addressIn = (text: string) => /ecal-sub\/([0-9a-f]{32})/.exec(text)?.[1]

describe('the same form sent twice', () => {
  it('answers as the first time, and has one effect', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const { html } = await openPage({ apiKey, widgetId })
    const email = newEmail()
    const sent: [string, string][] = [
      ...html.fields.filter(([name]) => name !== 'email'),
      ['email', email],
      ['application', 'google'],
    ]
    const [first, second] = [await postForm(sent), await postForm(sent)]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.html.text).toBe(first.html.text)
    expect(addressIn(first.html.text)).toBeDefined()
    expect(await countOf('events', publisher)).toBe(1)
    expect(await opsOf(publisher, 'subscriber:')).toEqual(['subscriber.subscribed'])
  })

  it('adds the other application where that was picked after going back', async ({ expect }) => {
    const publisher = await aPublisher()
    const { widgetId } = publisher
    const fields = { widgetId, email: newEmail(), formId: randomHex(16) }
    const first = await postForm({ ...fields, application: 'google' })
    const second = await postForm({ ...fields, application: 'apple' })
    expect(second.status).toBe(201)
    expect(addressIn(second.html.text)).toBe(addressIn(first.html.text))
    expect(second.html.links[0]?.href).toMatch(/^webcal:/)
    const { data } = await publisher.api.get(`/subscriber/${fields.email}`)
    expect(data.selectedAppcalTypes).toEqual(['google', 'apple'])
    expect(data.data.application).toBe('apple')
    expect(await countOf('events', publisher)).toBe(1)
    expect(await opsOf(publisher, 'subscriber:')).toEqual(['subscriber.subscribed', 'subscriber.updated'])
  })

  it('counts for its e-mail and its widget only', async ({ expect }) => {
    const [one, two] = [await aPublisher(), await aPublisher()]
    const fields = { email: newEmail(), formId: randomHex(16), application: 'google' }
    const first = await postForm({ ...fields, widgetId: one.widgetId })
    const otherEmail = await postForm({ ...fields, widgetId: one.widgetId, email: newEmail() })
    const otherWidget = await postForm({ ...fields, widgetId: two.widgetId })
    const addresses = [first, otherEmail, otherWidget].map(({ html }) => addressIn(html.text))
    expect(new Set(addresses).size).toBe(3)
  })

  it('counts for an hour', async ({ expect }) => {
    const publisher = await aPublisher()
    const fields = {
      widgetId: publisher.widgetId,
      email: newEmail(),
      formId: randomHex(16),
      application: 'google',
    }
    await postForm(fields)
    const row = await env.DB.prepare('SELECT key_hash, expires_at FROM signups WHERE publisher_id = ?')
      .bind(publisher.id)
      .first<{ key_hash: string; expires_at: number }>()
    expect(row?.key_hash).not.toContain(fields.formId)
    expect(Math.abs(Number(row?.expires_at) - Date.now() - 3_600_000)).toBeLessThan(10_000)
    await env.DB.prepare('UPDATE signups SET expires_at = 1 WHERE publisher_id = ?').bind(publisher.id).run()
    const late = await postForm(fields)
    expect(late.status).toBe(200)
    expect(addressIn(late.html.text)).toBeUndefined()
  })

  it('shows nothing more once the person left, or has another address', async ({ expect }) => {
    const publisher = await aPublisher()
    const { widgetId } = publisher
    const fields = { widgetId, email: newEmail(), formId: randomHex(16), application: 'google' }
    const first = await postForm(fields)
    const { data } = await publisher.api.get(`/subscriber/${fields.email}`)
    await publisher.api.post(`/subscriber/${data.id}/feed-address/rotate`)
    const rotated = await postForm(fields)
    expect([rotated.status, addressIn(rotated.html.text)]).toEqual([200, undefined])

    await publisher.api.post(`/subscriber/${data.id}/unsubscribe`)
    const left = await postForm(fields)
    expect(left.status).toBe(201)
    expect(addressIn(left.html.text)).not.toBe(addressIn(first.html.text))
  })

  it('is one sign-up where it arrives many times at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const fields = {
      widgetId: publisher.widgetId,
      email: newEmail(),
      formId: randomHex(16),
      application: 'google',
    }
    const answers = await Promise.all(Array.from({ length: 10 }, () => postForm(fields)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ html }) => addressIn(html.text))).size).toBe(1)
    expect(await countOf('subscribers', publisher)).toBe(1)
    expect(await countOf('events', publisher)).toBe(1)
  })
})

describe('the same Idempotency-Key', () => {
  const headers = () => ({ 'Idempotency-Key': randomHex(16) })

  it('answers as the first time, and has one effect', async ({ expect }) => {
    const publisher = await aPublisher()
    const body = { widgetId: publisher.widgetId, email: newEmail(), application: 'google' }
    const options = { headers: headers() }
    const first = await postJson(body, options)
    const second = await postJson({ ...body, email: body.email.toUpperCase() }, options)
    expect([first.status, second.status]).toEqual([201, 201])
    expect({ ...second.body, email: body.email }).toEqual(first.body)
    expect(await countOf('events', publisher)).toBe(1)
    const other = await postJson({ ...body, application: 'apple' }, options)
    expect([other.status, other.body.openUrl]).toEqual([201, first.body.calendarUrl.appleCalUrl])
    const without = await postJson(body)
    expect(without.body).toEqual({ alreadySubscribed: true, email: body.email, application: 'google' })
  })

  it('repeats the 200 of a person who came again', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const body = {
      widgetId: publisher.widgetId,
      application: 'google',
      ...(await vouchFor(publisher, email)),
    }
    await postJson(body)
    const options = { headers: headers() }
    const answers = [await postJson(body, options), await postJson(body, options)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[1]?.body).toEqual(answers[0]?.body)
    const { data } = await publisher.api.get(`/subscriber/${email}`)
    expect(data.totalActivity).toBe(2)
  })

  it('is one sign-up where it arrives many times at once', async ({ expect }) => {
    const publisher = await aPublisher()
    const body = { widgetId: publisher.widgetId, email: newEmail(), application: 'google' }
    const options = { headers: headers() }
    const answers = await Promise.all(Array.from({ length: 10 }, () => postJson(body, options)))
    const done = answers.filter(({ status }) => status === 201)
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
    expect(new Set(done.map(({ body }) => body.ecalId)).size).toBe(1)
    expect(await countOf('subscribers', publisher)).toBe(1)
  })

  it.for(['', 'x'.repeat(11), 'x'.repeat(256), 'a\tkey with a tab'])(
    'is 12 to 255 printable ASCII characters, not %j',
    async (key, { expect }) => {
      const publisher = await aPublisher()
      const body = { widgetId: publisher.widgetId, email: newEmail(), application: 'google' }
      const answer = await postJson(body, { headers: { 'Idempotency-Key': key } })
      expect(answer.status).toBe(400)
      expect(answer.body.errors[0].field).toBe('Idempotency-Key')
      expect(await countOf('subscribers', publisher)).toBe(0)
    },
  )

  it.for(['x'.repeat(12), 'x y ~!"#$%&/()'.padEnd(255, 'z')])('may be %j', async (key, { expect }) => {
    const { widgetId } = await aPublisher()
    const body = { widgetId, email: newEmail(), application: 'google' }
    expect((await postJson(body, { headers: { 'Idempotency-Key': key } })).status).toBe(201)
  })
})
