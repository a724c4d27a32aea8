import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { App, aCalendar, anEvent, aPerson, appOf, aService, relate } from '../../support/apps'
import { aPublisher, fetchWorker } from '../../support/publisher'
import { atTime } from '../../support/time'
import { aClient, callWith, cancel, HOUR, revoke, tokenOf } from '../identity/support'

const nobody = new App(null)
const unknown = `${newId()}_${newId()}`

async function aRelated() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const person = await aPerson(publisher)
  const event = await anEvent(publisher, await aCalendar(publisher))
  const id = await relate(service, event, person.ecalId)
  return { publisher, service, person, event, id }
}

describe('the paths of event subscriptions', () => {
  it('are the same under /api/v2 and with a slash at the end, without a redirect', async ({ expect }) => {
    const { service, person, id } = await aRelated()
    for (const app of [service, person.app]) {
      const list = await app.get('/event-subscriptions')
      const one = await app.get(`/event-subscriptions/${id}`)
      expect([list.status, one.status]).toEqual([200, 200])
      for (const [prefix, slash] of [
        ['/api/v2', ''],
        ['', '/'],
        ['/api/v2', '/'],
      ]) {
        const sameList = await app.get(`${prefix}/event-subscriptions${slash}?limit=10`)
        expect([sameList.status, sameList.text]).toEqual([200, list.text])
        const sameOne = await app.get(`${prefix}/event-subscriptions/${id}${slash}`)
        expect([sameOne.status, sameOne.text]).toEqual([200, one.text])
      }
    }
    const changed = await person.app.patch(`/api/v2/event-subscriptions/${id}/`, { rsvp_status: 'attending' })
    expect(changed.data[0]).toMatchObject({ id, rsvp_status: 'attending' })
    expect((await service.delete(`/api/v2/event-subscriptions/${id}/`)).status).toBe(204)
  })

  it('are 404 beside those that exist, whoever asks and however', async ({ expect }) => {
    for (const path of [
      '/event-subscriptions/a/b',
      '/api/v2/event-subscriptions/a/b',
      '/event-subscriptions//x/',
    ]) {
      for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
        const answer = await nobody.call(method, path)
        expect([path, method, answer.status, answer.code]).toEqual([path, method, 404, 'NOT_FOUND'])
        expect(answer.body.error).toEqual({
          status_code: 404,
          code: 'NOT_FOUND',
          message: expect.any(String),
        })
        expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
      }
    }
  })

  it('answer HEAD where they answer GET, with the same headers and no body', async ({ expect }) => {
    const { service, id } = await aRelated()
    for (const path of [
      '/event-subscriptions',
      `/event-subscriptions/${id}`,
      `/api/v2/event-subscriptions/${unknown}/`,
    ]) {
      const [get, head] = [await service.get(path), await service.call('HEAD', path)]
      expect([head.status, head.text]).toEqual([get.status, ''])
      expect(head.headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    }
    expect((await nobody.call('HEAD', '/event-subscriptions')).status).toBe(401)
  })

  it('refuse other methods with those they have, before they ask who calls', async ({ expect }) => {
    const cases = [
      ['/event-subscriptions', ['PUT', 'PATCH', 'DELETE'], 'GET, HEAD, POST'],
      ['/api/v2/event-subscriptions/', ['PUT', 'PROPFIND'], 'GET, HEAD, POST'],
      [`/event-subscriptions/${unknown}`, ['POST', 'REPORT'], 'GET, HEAD, PUT, PATCH, DELETE'],
    ] as const
    for (const [path, methods, allowed] of cases) {
      for (const method of methods) {
        const answer = await nobody.call(method, path)
        expect([method, answer.status, answer.code]).toEqual([method, 405, 'METHOD_NOT_ALLOWED'])
        const allow = (answer.headers.get('Allow') ?? '').split(', ').filter((name) => name !== 'OPTIONS')
        expect(allow.sort()).toEqual(allowed.split(', ').sort())
      }
    }
  })

  it('answer a preflight without a credential', async ({ expect }) => {
    for (const path of [
      '/event-subscriptions',
      '/api/v2/event-subscriptions/',
      `/event-subscriptions/${unknown}`,
    ]) {
      const answer = await nobody.call('OPTIONS', path, undefined, {
        Origin: 'https://app.example',
        'Access-Control-Request-Method': 'PATCH',
      })
      expect([answer.status, answer.text]).toEqual([204, ''])
      const { headers } = answer
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
      expect(headers.get('Access-Control-Allow-Methods')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE')
      expect(headers.get('Access-Control-Allow-Headers')).toBe('authorization, content-type')
      expect(headers.get('Access-Control-Expose-Headers')).toBe('Retry-After, WWW-Authenticate')
      expect(headers.get('Access-Control-Max-Age')).toBe('86400')
      expect(headers.get('Content-Type')).toBeNull()
    }
  })
})

describe('every answer about event subscriptions', () => {
  it('is uncached JSON, open to every origin', async ({ expect }) => {
    const { service, person, event, id } = await aRelated()
    const path = `/event-subscriptions/${id}`
    const body = { event_id: event, subscriber: { id: person.ecalId } }
    const answers = [
      await service.get('/event-subscriptions'),
      await service.post('/event-subscriptions', body),
      await service.put(path, body),
      await person.app.patch(path, { rsvp_status: 'attending' }),
      await service.get('/event-subscriptions?limit=x'),
      await nobody.get(path),
      await nobody.put('/event-subscriptions'),
      await service.delete(path),
      await service.delete(path),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 400, 401, 405, 204, 404])
    for (const { headers, status, body } of answers) {
      expect(headers.get('Content-Type')).toBe(status === 204 ? null : 'application/json; charset=utf-8')
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('Access-Control-Allow-Origin')).toBe('*')
      expect(headers.get('Access-Control-Expose-Headers')).toBe('Retry-After, WWW-Authenticate')
      if (status >= 400)
        expect(body.error).toMatchObject({ status_code: status, message: expect.any(String) })
      else if (status !== 204) expect(Object.keys(body)).toEqual(['data', 'meta_data'])
    }
  })
})

describe('who calls', () => {
  it('is a person or a service, the scheme written in any case', async ({ expect }) => {
    const { service, person } = await aRelated()
    for (const app of [service, person.app]) {
      const [scheme = '', value] = app.authorization?.split(' ') ?? []
      for (const written of [scheme.toLowerCase(), scheme.toUpperCase()]) {
        expect((await new App(`${written} ${value}`).get('/event-subscriptions')).status).toBe(200)
      }
    }
  })

  it('is 401 for a credential that is missing, malformed or unknown, before the request is looked at', async ({
    expect,
  }) => {
    const { person } = await aRelated()
    const token = person.app.authorization?.split(' ')[1] ?? ''
    const bad = [
      null,
      '',
      'Token',
      token,
      `Token ${token.toUpperCase().replace(/^./, 'A')}`,
      `Token ${token}0`,
      `Token ${'0'.repeat(40)}`,
      `Bearer ${token}`,
      'Bearer a.b.c',
      `Basic ${btoa('a:b')}`,
      `Token ${person.ecalId}`,
    ]
    for (const authorization of bad) {
      const app = new App(authorization)
      const answers = [
        await app.get('/event-subscriptions?limit=x'),
        await app.post('/event-subscriptions', '{'),
        await app.get(`/event-subscriptions/${unknown}`),
        await app.put('/event-subscriptions/x', '{'),
        await app.patch('/event-subscriptions/x', 'x'.repeat(70_000)),
        await app.delete('/event-subscriptions/x'),
      ]
      for (const { status, code, headers } of answers) {
        expect([authorization, status, code]).toEqual([authorization, 401, 'NOT_AUTHENTICATED'])
        expect(headers.get('WWW-Authenticate')).toBe('Token, Bearer')
      }
    }
  })

  it('needs the scope of what it does: write does not include read', async ({ expect }) => {
    const { publisher, person, event, id } = await aRelated()
    const body = { event_id: event, subscriber: { id: person.ecalId } }
    const path = `/event-subscriptions/${id}`
    const calls = (app: App) => [
      () => app.get('/event-subscriptions?limit=x'),
      () => app.get(path),
      () => app.post('/event-subscriptions', body),
      () => app.put(path, body),
      () => app.patch(path, { is_invitation: false }),
      () => app.delete(path),
    ]
    const codes = async (app: App) => {
      const answers = []
      for (const call of calls(app)) answers.push(await call())
      return answers.map(({ status, code }) => code ?? status)
    }
    const reads = await codes(await aService(publisher, ['Service.read']))
    const no = 'INSUFFICIENT_SCOPE'
    expect(reads).toEqual(['VALIDATION_FAILED', 200, no, no, no, no])
    expect(await codes(await aService(publisher, ['schedules.read', 'schedules.write']))).toEqual([
      no,
      no,
      no,
      no,
      no,
      no,
    ])
    const broken = await (await aService(publisher, ['Service.read'])).post('/event-subscriptions', '{')
    expect(broken.code).toBe(no)
    expect(await codes(await aService(publisher, ['Service.write']))).toEqual([no, no, 200, 200, 200, 204])
  })

  it('ends with the tokens of a person', async ({ expect }) => {
    const { publisher, person } = await aRelated()
    const other = await appOf(publisher, person.ecalId)
    expect(other.authorization).not.toBe(person.app.authorization)
    for (const app of [person.app, other]) expect((await app.get('/event-subscriptions')).status).toBe(200)
    expect((await publisher.api.delete(`/subscriber/${person.ecalId}/tokens`)).status).toBe(200)
    for (const app of [person.app, other]) {
      const answers = [
        await app.get('/event-subscriptions'),
        await app.post('/event-subscriptions', {}),
        await app.get('/event-subscriptions/x'),
      ]
      for (const { status, code, headers } of answers) {
        expect([status, code]).toEqual([401, 'NOT_AUTHENTICATED'])
        expect(headers.get('WWW-Authenticate')).toBe('Token, Bearer')
      }
    }
    const fresh = await appOf(publisher, person.ecalId)
    expect((await fresh.get('/event-subscriptions')).status).toBe(200)
  })

  it('ends when the person unsubscribes', async ({ expect }) => {
    const { publisher, person, event, service } = await aRelated()
    expect((await person.app.get('/event-subscriptions')).status).toBe(200)
    const gone = await publisher.api.post(`/subscriber/${person.ecalId}/unsubscribe`)
    expect(gone.status).toBe(200)
    expect((await person.app.get('/event-subscriptions')).code).toBe('NOT_AUTHENTICATED')
    const body = { event_id: event, subscriber: { id: person.ecalId } }
    expect((await service.post('/event-subscriptions', body)).code).toBe('SUBSCRIBER_NOT_FOUND')
  })

  it('ends with the client of a service, and with its token', async ({ expect }) => {
    const publisher = await aPublisher()
    const client = await aClient({ publisherId: publisher.id, scopes: ['Service.read', 'Service.write'] })
    const service = new App(`Bearer ${await tokenOf(client)}`)
    expect((await service.get('/event-subscriptions')).status).toBe(200)
    const later = await atTime(Date.now() + 25 * HOUR, () => service.get('/event-subscriptions'))
    expect(later.code).toBe('NOT_AUTHENTICATED')
    await revoke(client)
    const answer = await service.get('/event-subscriptions')
    expect([answer.status, answer.code]).toEqual([401, 'NOT_AUTHENTICATED'])
  })

  it('is refused altogether where the company is cancelled', async ({ expect }) => {
    const { publisher, service, person, event, id } = await aRelated()
    expect((await person.app.get('/event-subscriptions')).status).toBe(200)
    await cancel(publisher.id)
    const body = { event_id: event, subscriber: { id: person.ecalId } }
    for (const app of [service, person.app]) {
      const path = `/event-subscriptions/${id}`
      const answers = [
        await app.get('/event-subscriptions'),
        await app.get(path),
        await app.post('/event-subscriptions', body),
        await app.put(path, body),
        await app.patch(path, {}),
        await app.delete(path),
      ]
      for (const { status, code } of answers) expect([status, code]).toEqual([403, 'FORBIDDEN'])
    }
  })
})

describe('too many requests', () => {
  it('are counted for each token and client, and refused with when to come back', async ({ expect }) => {
    const { publisher, service, person, id } = await aRelated()
    const other = await appOf(publisher, person.ecalId)
    const counted: string[] = []
    const full = {
      limit: async ({ key }: { key: string }) => {
        counted.push(key)
        return { success: false }
      },
    }
    const call = (app: App, method: string, path: string) =>
      callWith({ EVENTS_RATE: full }, path, {
        method,
        headers: { Authorization: app.authorization ?? '' },
        ...(method === 'PATCH' ? { body: '{' } : {}),
      })
    for (const app of [person.app, other, service]) {
      for (const [method, path] of [
        ['GET', '/event-subscriptions'],
        ['GET', `/event-subscriptions/${id}`],
        ['PATCH', `/event-subscriptions/${id}`],
      ] as const) {
        const answer = await call(app, method, path)
        const body = (await answer.json()) as { error: { code: string } }
        expect([answer.status, body.error.code]).toEqual([429, 'RATE_LIMITED'])
        expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/)
      }
    }
    const keys = counted.filter((_, at) => at % 3 === 0)
    expect(new Set(keys).size).toBe(3)
    expect(counted).toEqual(keys.flatMap((key) => [key, key, key]))
  })
})

describe('bodies', () => {
  const paths = [
    ['POST', '/event-subscriptions'],
    ['PUT', `/event-subscriptions/${unknown}`],
    ['PATCH', '/event-subscriptions/x'],
  ] as const

  it('are one JSON object in UTF-8, whatever the content type says', async ({ expect }) => {
    const { service, person, id } = await aRelated()
    for (const [method, path] of paths) {
      for (const text of [
        '',
        '{',
        '[]',
        'null',
        '"a"',
        '1',
        '{"a":1}{',
        `{"message":"${'\0'}"}`,
        '\ufeff{}',
      ]) {
        const answer = await service.call(method, path, text)
        expect([method, text, answer.status, answer.code]).toEqual([method, text, 400, 'INVALID_JSON'])
        expect(answer.body.error).not.toHaveProperty('issues')
      }
      const bytes = await fetchWorker(path, {
        method,
        headers: { Authorization: service.authorization ?? '' },
        body: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      })
      expect([bytes.status, ((await bytes.json()) as { error: { code: string } }).error.code]).toEqual([
        400,
        'INVALID_JSON',
      ])
    }
    const odd = await person.app.call(
      'PATCH',
      `/event-subscriptions/${id}`,
      { rsvp_status: 'attending' },
      { 'Content-Type': 'text/csv' },
    )
    expect(odd.status).toBe(200)
  })

  it('have at most 64 KiB', async ({ expect }) => {
    const { service } = await aRelated()
    const sized = (bytes: number) => `{"x":"${'y'.repeat(bytes - 8)}"}`
    for (const [method, path] of paths) {
      expect((await service.call(method, path, sized(65_536))).code).toBe('VALIDATION_FAILED')
      const over = await service.call(method, path, sized(65_537))
      expect([over.status, over.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    }
  })
})
