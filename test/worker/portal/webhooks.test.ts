import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aReceiver } from '../../support/receiver'
import { anEndpoint, attemptsRecorded } from '../../support/webhooks'
import { actionsOf, made, PATH } from './endpoints'
import { anOperatorsPublisher, type Browser, type Page, rowsOf, signIn } from './support'

/** Fields of a form in which one may stand several times. */
function posted(browser: Browser, path: string, fields: [name: string, value: string][]): Promise<Page> {
  return browser.fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })
}

describe('webhooks in the portal', () => {
  it('are made with a secret that is shown once, and called by it', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    expect((await admin.get(PATH)).words).toContain('No system is told yet')
    const receiver = aReceiver()
    const { page, id, secret, path } = await made(admin, receiver, { description: 'Core banking' })
    expect(page.status).toBe(200)
    expect(page.words).toContain('It is shown this once')
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const list = await admin.get(PATH)
    expect(list.words).toContain('Core banking')
    expect(list.words).toContain(receiver.url)
    const detail = await admin.get(path)
    expect(detail.words).toContain('Nothing was sent yet')
    expect(detail.words).toContain('Everything, also what is added later')
    for (const each of [list, detail]) expect(each.html).not.toContain('whsec_')
    expect(await actionsOf(publisher.id)).toMatchObject([
      { action: 'webhook.created', target: id, userId: admin.userId },
    ])
    expect((await publisher.api.get('/webhook')).data).toMatchObject([
      { id, url: receiver.url, events: ['*'], description: 'Core banking', format: 'standard' },
    ])
  })

  it('are made once, however often and at what moment the form is posted', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const form = (await admin.get(PATH)).form(PATH)
    const fields = { ...form.fields, url: aReceiver().url, events: '*' }
    const pages = await Promise.all(Array.from({ length: 6 }, () => admin.post(PATH, fields)))
    pages.push(await admin.post(PATH, fields))
    expect(pages.map(({ status }) => status)).toEqual(Array(7).fill(200))
    expect(await rowsOf('webhook_endpoints', publisher.id)).toBe(1)
    expect(pages.filter(({ html }) => html.includes('whsec_'))).toHaveLength(1)
    const links = pages.map(({ html }) => /\/portal\/webhooks\/([0-9a-f]{24})/.exec(html)?.[1])
    expect(new Set(links).size).toBe(1)
    expect(await actionsOf(publisher.id)).toHaveLength(1)
  })

  it('take several types, and say at each field what is wrong', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const form = (await admin.get(PATH)).form(PATH)
    const hidden = Object.entries(form.fields)
    const wrong: [Record<string, string>, string[], string][] = [
      [{ url: '' }, ['*'], 'Must not be empty.'],
      [{ url: 'http://example.com/' }, ['*'], 'Must be an absolute https address.'],
      [{ url: 'https://10.0.0.1/' }, ['*'], 'Must have a host name, not an IP address.'],
      [{ url: 'https://daybook.example/hook' }, ['*'], 'Must have a public host name.'],
      [{ url: 'https://hooks.example.com/' }, [], 'Choose at least one message.'],
      [{ url: 'https://hooks.example.com/' }, ['event.created', 'no.such'], 'Choose from the list.'],
      [
        { url: 'https://hooks.example.com/', description: 'x'.repeat(251) },
        ['*'],
        'Must not have more than 250 characters.',
      ],
    ]
    for (const [fields, events, message] of wrong) {
      const page = await posted(admin, PATH, [
        ...hidden,
        ...Object.entries(fields),
        ...events.map((type): [string, string] => ['events', type]),
      ])
      expect([page.status, page.words.includes(message)]).toEqual([422, true])
      expect(page.html).toContain('aria-invalid="true"')
      expect(page.html).toMatch(/aria-describedby="[^"]*-error"/)
      expect(page.html).toContain(`value="${fields.url}"`)
      expect(page.form(PATH).fields.formId).toBe(form.fields.formId)
    }
    expect(await rowsOf('webhook_endpoints', publisher.id)).toBe(0)
    const good = await posted(admin, PATH, [
      ...hidden,
      ['url', 'https://hooks.example.com/'],
      ['events', 'event.created'],
      ['events', 'event.deleted'],
    ])
    expect(good.status).toBe(200)
    expect((await publisher.api.get('/webhook')).data[0].events).toEqual(['event.created', 'event.deleted'])
  })

  it('are 50 at most, and the form of one too many can be sent again once there is room', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    for (let n = 0; n < 50; n++) await anEndpoint(publisher, 'https://hooks.example.com/')
    const fields = {
      ...(await admin.get(PATH)).form(PATH).fields,
      url: 'https://hooks.example.com/',
      events: '*',
    }
    const full = await admin.post(PATH, fields)
    expect([full.status, full.words.includes('There are 50 endpoints already')]).toEqual([422, true])
    expect(await actionsOf(publisher.id)).toEqual([])
    const { data } = await publisher.api.get('/webhook', { limit: '1' })
    await publisher.api.delete(`/webhook/${data[0].id}`)
    const page = await admin.post(PATH, fields)
    expect([page.status, page.html.includes('whsec_')]).toEqual([200, true])
  })

  it('show what became of each message, and send it again', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const receiver = aReceiver()
    const { id, path } = await made(admin, receiver)
    const tested = await admin.send(path, `${path}/test`)
    expect([tested.status, tested.location]).toEqual([303, path])
    const [ping] = await receiver.until(1)
    await attemptsRecorded(id, 1)
    const log = await admin.get(path)
    expect(log.words).toContain('The test is on its way')
    expect(log.words).toMatch(/A test was sent webhook\.ping msg_ping_[0-9a-f]{24} Delivered 1 204 \d+ ms/)
    const one = `${path}/deliveries/${ping?.id}`
    const detail = await admin.get(one)
    expect(detail.words).toContain(ping?.body)
    const replayed = await admin.send(path, `${one}/replay`)
    expect([replayed.status, replayed.location]).toEqual([303, path])
    await receiver.until(2)
    await attemptsRecorded(id, 2)
    expect(receiver.ids()).toEqual([ping?.id, ping?.id])
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body)
    expect((await admin.get(one)).words).toContain('sent again')
    expect((await actionsOf(publisher.id)).map(({ action, target }) => [action, target])).toEqual([
      ['webhook.created', id],
      ['webhook.tested', id],
      ['webhook.replayed', `${id}/${ping?.id}`],
    ])
    const none = await admin.post(`${path}/deliveries/msg_1/replay`, { csrf: await admin.csrf() })
    expect(none.status).toBe(404)
    expect(await actionsOf(publisher.id)).toHaveLength(3)
  })

  it('show the messages of one outcome, each failure with its reason', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const receiver = aReceiver()
    const { id, path } = await made(admin, receiver)
    await publisher.subscriber({ email: 'ann@example.com' })
    await receiver.until(1)
    await attemptsRecorded(id, 1)
    receiver.answer = () => new Response(null, { status: 500 })
    await admin.send(path, `${path}/test`)
    await attemptsRecorded(id, 2)
    const words = async (outcome: string) => (await admin.get(`${path}?outcome=${outcome}`)).words
    expect(await words('delivered')).toContain('Somebody connected a calendar')
    expect(await words('delivered')).not.toContain('webhook.ping')
    expect(await words('pending')).toMatch(/webhook\.ping msg_ping_\S+ Waiting tried again/)
    expect(await words('failed')).toContain('There is none.')
    await env.DB.prepare(
      "UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL WHERE endpoint_id = ? AND type = 'webhook.ping'",
    )
      .bind(id)
      .run()
    expect(await words('failed')).toMatch(/webhook\.ping msg_ping_\S+ Failed 1 500/)
  })

  it('are changed by who saw them as they are; who comes later sees both versions', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { id, path } = await made(admin, aReceiver(), { description: 'First' })
    const other = await signIn(publisher.id)
    const [mine, theirs] = [(await admin.get(path)).form(path), (await other.get(path)).form(path)]
    const values = { url: 'https://hooks.example.com/a', events: 'event.created' }
    const saved = await admin.post(path, { ...mine.fields, ...values, description: 'Mine' })
    expect([saved.status, saved.location]).toEqual([303, path])
    const late = await other.post(path, {
      ...theirs.fields,
      ...values,
      url: 'https://hooks.example.com/b',
      description: 'Theirs',
    })
    expect(late.status).toBe(409)
    for (const each of ['Mine', 'https://hooks.example.com/a']) expect(late.words).toContain(each)
    for (const each of ['Theirs', 'https://hooks.example.com/b'])
      expect(late.html).toContain(`value="${each}"`)
    expect((await publisher.api.get(`/webhook/${id}`)).data).toMatchObject({ description: 'Mine' })
    const again = await other.post(path, { ...late.form(path).fields, ...values, description: 'Theirs' })
    expect(again.status).toBe(303)
    expect((await publisher.api.get(`/webhook/${id}`)).data).toMatchObject({ description: 'Theirs' })
    // Nothing that differs: nothing is written.
    await other.post(path, { ...late.form(path).fields, ...values, description: 'Theirs' })
    expect((await actionsOf(publisher.id)).map(({ action }) => action)).toEqual([
      'webhook.created',
      'webhook.updated',
      'webhook.updated',
    ])
    expect((await other.post(path, { csrf: await other.csrf(), ...values })).status).toBe(400)
  })

  it('that are saved by several at a time are saved once', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { path } = await made(admin, aReceiver())
    const { fields } = (await admin.get(path)).form(path)
    const pages = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        admin.post(path, { ...fields, url: `https://hooks.example.com/${n}`, events: '*', description: '' }),
      ),
    )
    expect(pages.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409, 409])
    expect(await actionsOf(publisher.id)).toHaveLength(2)
  })

  it('get a new secret, shown once; both sign for a while', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const receiver = aReceiver()
    const { path, secret } = await made(admin, receiver)
    const { fields } = (await admin.get(path)).form(`${path}/rotate`)
    const pages = await Promise.all([1, 2, 3].map(() => admin.post(`${path}/rotate`, fields)))
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200])
    const secrets = pages.flatMap(({ html }) => /whsec_[A-Za-z0-9+/]{43}=/.exec(html)?.[0] ?? [])
    expect(secrets).toHaveLength(1)
    expect(secrets[0]).not.toBe(secret)
    await admin.send(path, `${path}/test`)
    const [ping] = await receiver.until(1)
    expect(ping?.headers['webhook-signature']?.split(' ')).toHaveLength(2)
    expect((await actionsOf(publisher.id)).map(({ action }) => action)).toEqual([
      'webhook.created',
      'webhook.rotated',
      'webhook.tested',
    ])
  })

  it('are turned off and on; off, they get a test, and nothing is sent again', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const receiver = aReceiver()
    const { id, path } = await made(admin, receiver)
    await admin.send(path, `${path}/test`)
    const [ping] = await receiver.until(1)
    await attemptsRecorded(id, 1)
    expect((await admin.send(path, `${path}/disable`)).status).toBe(303)
    const off = await admin.get(path)
    expect(off.words).toContain('It is turned off.')
    expect(off.has(`${path}/deliveries/${ping?.id}/replay`)).toBe(false)
    const csrf = await admin.csrf()
    const refused = await admin.post(`${path}/deliveries/${ping?.id}/replay`, { csrf })
    expect(refused.status).toBe(409)
    await admin.post(`${path}/disable`, { csrf })
    await publisher.subscriber()
    await admin.send(path, `${path}/test`)
    await receiver.until(2)
    expect((await admin.send(path, `${path}/enable`)).status).toBe(303)
    await admin.post(`${path}/enable`, { csrf })
    expect((await admin.get(path)).words).toContain('State On')
    expect(receiver.received.map(({ json }) => json.type)).toEqual(['webhook.ping', 'webhook.ping'])
    expect((await actionsOf(publisher.id)).map(({ action }) => action)).toEqual([
      'webhook.created',
      'webhook.tested',
      'webhook.disabled',
      'webhook.tested',
      'webhook.enabled',
    ])
  })

  it('are deleted after a question, with their log', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const receiver = aReceiver()
    const { id, path } = await made(admin, receiver)
    const asked = await admin.send(path, `${path}/delete`)
    expect([asked.status, asked.words.includes(`${receiver.url} is told nothing any more.`)]).toEqual([
      200,
      true,
    ])
    expect(await rowsOf('webhook_endpoints', publisher.id)).toBe(1)
    const form = asked.form(`${path}/delete`)
    const answers = await Promise.all([1, 2].map(() => admin.post(form.action, form.fields)))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404])
    expect(await rowsOf('webhook_endpoints', publisher.id)).toBe(0)
    expect((await admin.get(path)).status).toBe(404)
    expect((await actionsOf(publisher.id)).map(({ action, target }) => [action, target])).toEqual([
      ['webhook.created', id],
      ['webhook.deleted', id],
    ])
  })

  it('that many messages went to are read by an index, whichever are asked for', async ({ expect }) => {
    const plan = async (condition: string) => {
      const { results } = await env.DB.prepare(
        `EXPLAIN QUERY PLAN SELECT d.message_id FROM webhook_deliveries d WHERE d.endpoint_id = 'x' AND ${condition}
         ORDER BY d.created_at DESC, d.rowid DESC LIMIT 51`,
      ).all<{ detail: string }>()
      return results.map(({ detail }) => detail).join('; ')
    }
    expect(await plan('true')).toContain('webhook_deliveries_log (endpoint_id=?)')
    expect(await plan("d.status = 'failed' AND d.next_attempt_at IS NULL")).toContain(
      'webhook_deliveries_failed (endpoint_id=?)',
    )
  })
})
