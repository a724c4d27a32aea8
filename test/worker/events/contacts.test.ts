import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { dispatchChanges } from '../../../src/changes'
import { App, aPerson, appOf, aService } from '../../support/apps'
import { newestCode, newPhone, prove, wrongCode } from '../../support/contacts'
import { runCron } from '../../support/crons'
import { logHead, logSince } from '../../support/log'
import { aPublisher } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { signUp } from '../../support/sign-up'
import { atTime } from '../../support/time'
import { anEndpoint, runAlarmAt } from '../../support/webhooks'

const REQUEST = '/persons/me/contacts'
const CONFIRM = '/persons/me/contacts/confirm'
const MINUTE = 60_000

describe('the person of a token', () => {
  it('reads itself, and no service does', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher, { first_name: 'Ann', last_name: 'Lee' })
    for (const path of ['/persons/me', '/api/v2/persons/me/', '/persons/me/']) {
      const me = await ann.app.get(path)
      expect(me.status).toBe(200)
      expect(me.data).toEqual([
        {
          id: ann.ecalId,
          user_id: ann.ecalId,
          first_name: 'Ann',
          last_name: 'Lee',
          photo: null,
          email: ann.email,
          phone_number: null,
          phonenumber: null,
          contacts: [{ email: ann.email, phone_number: null, verified: false }],
          service_ids: [String(publisher.id)],
        },
      ])
    }
    const service = await aService(publisher)
    for (const answer of [
      await service.get('/persons/me'),
      await service.patch('/persons/me', { first_name: 'X' }),
      await service.post(REQUEST, { email: 'a@example.com' }),
      await service.post(CONFIRM, {}),
    ]) {
      expect([answer.status, answer.code]).toEqual([403, 'FORBIDDEN'])
    }
    expect((await new App(null).get('/persons/me')).status).toBe(401)
    expect((await ann.app.put('/persons/me', {})).headers.get('Allow')).toContain('PATCH')
  })

  it('changes names, which are told once and show where the person does', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher, { first_name: 'Ann' })
    const head = await logHead()
    const named = await ann.app.patch('/persons/me', { last_name: 'Lee', id: 'ignored' })
    expect(named.data[0]).toMatchObject({ first_name: 'Ann', last_name: 'Lee' })
    expect((await ann.app.patch('/persons/me', { last_name: 'Lee' })).status).toBe(200)
    const rows = await logSince(head)
    expect(rows.map((row) => [row.stream, row.op, row.message])).toEqual([
      [`subscriber:${ann.ecalId}`, 'profile.updated', null],
    ])
    expect((await ann.app.patch('/persons/me', { first_name: '' })).data[0].first_name).toBe('')
    for (const body of [{}, { first_name: null }, { first_name: 1 }, { last_name: 'x'.repeat(101) }]) {
      const refused = await ann.app.patch('/persons/me', body)
      expect([refused.status, refused.code]).toEqual([400, 'VALIDATION_FAILED'])
    }
  })
})

describe('asking for a code', () => {
  it('answers the normal form, and the same whether or not anybody has it', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const known = await ann.app.post(REQUEST, { email: ` ${ben.email.toUpperCase()} ` })
    const unknown = await ann.app.post(REQUEST, { email: 'nobody@example.com', phone_number: null })
    for (const [answer, email] of [
      [known, ben.email],
      [unknown, 'nobody@example.com'],
    ] as const) {
      expect(answer.status).toBe(202)
      expect(answer.data).toEqual([
        { email, phone_number: null, verified: false, expires: expect.stringMatching(/\.\d{6}Z$/) },
      ])
      expect(answer.text).not.toContain(await newestCode(ann.ecalId))
    }
    for (const phone of ['+61 412 345.678', '0061-412-345-678', '(0412) 345 678']) {
      const asked = await ann.app.post(REQUEST, { phonenumber: phone })
      expect(asked.data[0]).toMatchObject({ email: null, phone_number: '+61412345678' })
    }
  })

  it('refuses what is no contact, or two, or none', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    for (const body of [
      {},
      { email: null },
      { email: 1 },
      { email: 'a@b' },
      { email: 'a@b@c.de' },
      { email: `${'x'.repeat(250)}@example.com` },
      { phone_number: 61412345678 },
      { phone_number: '12' },
      { phone_number: 'call 0412 345 678' },
      { email: 'a@example.com', phone_number: '+61412345678' },
    ]) {
      const refused = await ann.app.post(REQUEST, body)
      expect([refused.status, refused.code], JSON.stringify(body)).toEqual([400, 'VALIDATION_FAILED'])
    }
    await env.DB.prepare(`UPDATE publishers SET default_region = '' WHERE id = ?`).bind(publisher.id).run()
    expect((await ann.app.post(REQUEST, { phone_number: '0412 345 678' })).status).toBe(400)
    expect((await ann.app.post(REQUEST, { phone_number: '+61412345678' })).status).toBe(202)
    expect((await ann.app.call('POST', REQUEST, '[1]')).code).toBe('INVALID_JSON')
  })

  it('is limited, also at once, for a person and contact, a person, and a contact', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const phone = newPhone()
    const once = await Promise.all(
      Array.from({ length: 12 }, () => ann.app.post(REQUEST, { phone_number: phone })),
    )
    expect(once.filter(({ status }) => status === 202)).toHaveLength(5)
    const refused = once.find(({ status }) => status === 429)
    expect(refused?.code).toBe('RATE_LIMITED')
    expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(3_500)

    const more = await Promise.all(
      Array.from({ length: 20 }, (_, n) => ann.app.post(REQUEST, { email: `a${n}@example.com` })),
    )
    expect(more.filter(({ status }) => status === 202)).toHaveLength(15)

    const shared = newPhone()
    const others = await Promise.all(Array.from({ length: 12 }, () => aPerson(publisher)))
    const each = await Promise.all(others.map(({ app }) => app.post(REQUEST, { phone_number: shared })))
    expect(each.filter(({ status }) => status === 202)).toHaveLength(10)
    const later = await atTime(Date.now() + 61 * MINUTE, () => ann.app.post(REQUEST, { phone_number: phone }))
    expect(later.status).toBe(202)
  })

  it('sends the code by webhook only, and never shows it in the log', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const receiver = aReceiver()
    const { id } = await anEndpoint(publisher, receiver.url, { events: ['contact.verification_requested'] })
    const head = await logHead()
    const before = await revisionOf(ann.ecalId)
    const phone = newPhone()
    await ann.app.post(REQUEST, { phone_number: phone })
    const code = await newestCode(ann.ecalId)
    const [row] = await logSince(head)
    expect(row).toMatchObject({ stream: `subscriber:${ann.ecalId}`, op: 'contact.requested' })
    expect(row?.payload).not.toContain(`${code}"`)
    expect(await revisionOf(ann.ecalId)).toBe(before)

    await dispatchChanges(env, Date.now())
    await receiver.until(1)
    expect(receiver.received[0]?.json.data).toEqual({
      sequence: row?.seq,
      ecalId: ann.ecalId,
      email: null,
      phoneNumber: phone,
      code,
      expires: expect.stringMatching(/Z$/),
    })
    const shown = await publisher.api.get(`/webhook/${id}/deliveries/msg_${row?.seq}`)
    expect(JSON.parse(shown.data.body).data.code).toBe('')

    await ann.app.post(CONFIRM, { phone_number: phone, code })
    await publisher.api.post(`/webhook/${id}/deliveries/msg_${row?.seq}/replay`)
    await runAlarmAt(Date.now(), id)
    await receiver.until(2)
    expect(receiver.received[1]?.json.data).toMatchObject({ phoneNumber: phone, code: '' })
  })
})

async function revisionOf(ecalId: string): Promise<unknown> {
  return env.DB.prepare('SELECT revision FROM subscribers WHERE id = ?').bind(ecalId).first('revision')
}

describe('confirming a contact', () => {
  it('makes it verified, tells the client once, and is repeated without effect', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const phone = newPhone()
    expect((await ann.app.get('/persons/me')).data[0].contacts).toHaveLength(1)
    const head = await logHead()
    const confirmed = await prove(ann.app, ann.ecalId, { phone_number: phone })
    expect(confirmed.status).toBe(200)
    expect(confirmed.meta).toEqual({ sync_token: expect.any(Number), merged_ids: [] })
    expect(confirmed.data[0]).toMatchObject({
      phone_number: phone,
      contacts: [
        { email: ann.email, phone_number: null, verified: false },
        { email: null, phone_number: phone, verified: true },
      ],
    })
    expect(await newestCode(ann.ecalId)).toBeNull()
    const rows = await logSince(head)
    expect(rows.map((row) => row.op)).toEqual(['contact.requested', 'contact.verified'])
    expect(JSON.parse(rows[1]?.payload ?? '')).toEqual({
      ecalId: ann.ecalId,
      email: null,
      phoneNumber: phone,
    })

    const again = await ann.app.post(CONFIRM, { phone_number: phone, code: '000000' })
    expect([again.status, again.meta.merged_ids]).toEqual([200, []])
    const asked = await ann.app.post(REQUEST, { phone_number: phone })
    expect([asked.status, asked.data]).toEqual([200, [{ email: null, phone_number: phone, verified: true }]])
    expect(await logSince(rows[1]?.seq ?? 0)).toEqual([])
  })

  it('takes five wrong codes, counted one by one, and then not the right one', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const phone_number = newPhone()
    await ann.app.post(REQUEST, { phone_number })
    const code = await newestCode(ann.ecalId)
    for (const bad of ['12345', 'abcdef', 123456, null]) {
      expect((await ann.app.post(CONFIRM, { phone_number, code: bad })).code).toBe('VALIDATION_FAILED')
    }
    const tried = await Promise.all(
      Array.from({ length: 20 }, () => ann.app.post(CONFIRM, { phone_number, code: wrongCode(code) })),
    )
    expect(tried.filter((answer) => answer.code === 'CODE_INVALID')).toHaveLength(5)
    expect(tried.filter((answer) => answer.code === 'CODE_EXPIRED')).toHaveLength(15)
    const right = await ann.app.post(CONFIRM, { phone_number, code })
    expect([right.status, right.code]).toEqual([410, 'CODE_EXPIRED'])
    expect((await prove(ann.app, ann.ecalId, { phone_number })).status).toBe(200)
  })

  it('takes the newest code only, for ten minutes, of this person and contact', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const phone_number = newPhone()
    expect((await ann.app.post(CONFIRM, { phone_number, code: '123456' })).code).toBe('CODE_EXPIRED')
    await ann.app.post(REQUEST, { phone_number })
    const first = await newestCode(ann.ecalId)
    await ann.app.post(REQUEST, { phone_number })
    const second = await newestCode(ann.ecalId)
    if (first !== second) {
      expect((await ann.app.post(CONFIRM, { phone_number, code: first })).code).toBe('CODE_INVALID')
    }
    expect((await ben.app.post(CONFIRM, { phone_number, code: second })).code).toBe('CODE_EXPIRED')
    expect((await ann.app.post(CONFIRM, { phone_number: newPhone(), code: second })).code).toBe(
      'CODE_EXPIRED',
    )
    await atTime(Date.now() + 10 * MINUTE + 1, async () => {
      expect((await ann.app.post(CONFIRM, { phone_number, code: second })).code).toBe('CODE_EXPIRED')
      await runCron('* * * * *')
    })
    expect(await newestCode(ann.ecalId)).toBeNull()
  })

  it('of many right codes at once happens once', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const phone_number = newPhone()
    await ann.app.post(REQUEST, { phone_number })
    const code = await newestCode(ann.ecalId)
    const head = await logHead()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ann.app.post(CONFIRM, { phone_number, code })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect((await logSince(head)).map((row) => row.op)).toEqual(['contact.verified'])
  })

  it('takes the contact from who held it, who stays a person of their own', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const phone_number = newPhone()
    await prove(ben.app, ben.ecalId, { phone_number })
    const head = await logHead()
    const confirmed = await prove(ann.app, ann.ecalId, { phone_number })
    expect(confirmed.meta.merged_ids).toEqual([])
    expect((await ben.app.get('/persons/me')).data[0].contacts[1]).toMatchObject({
      phone_number,
      verified: false,
    })
    const rows = await logSince(head)
    expect(rows.map((row) => [row.stream, row.op])).toEqual([
      [`subscriber:${ann.ecalId}`, 'contact.requested'],
      [`subscriber:${ben.ecalId}`, 'profile.updated'],
      [`subscriber:${ann.ecalId}`, 'contact.verified'],
    ])
  })

  it('that was signed up with makes a new address and ends other tokens, the first time', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const typed = await signUp(publisher, 'first@example.com')
    const [app, other] = [await appOf(publisher, typed.ecalId), await appOf(publisher, typed.ecalId)]
    const read = async () => (await publisher.api.get(`/subscriber/${typed.ecalId}`)).data
    const before = (await read()).calendarUrl
    const head = await logHead()
    expect((await prove(app, typed.ecalId, { email: 'first@example.com' })).status).toBe(200)
    expect((await read()).calendarUrl).not.toEqual(before)
    expect((await other.get('/persons/me')).status).toBe(401)
    expect((await app.get('/persons/me')).data[0].contacts[0].verified).toBe(true)
    const rows = await logSince(head)
    expect(rows.map((row) => row.op)).toEqual(['contact.requested', 'subscriber.updated', 'contact.verified'])
    expect(JSON.parse(rows[1]?.payload ?? '').about).toEqual({ reason: 'feed_address_rotated' })
  })
})
