import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { type App, aCalendar, anEvent, aPerson, aService, relate, type TestPerson } from '../../support/apps'
import { aPublisher } from '../../support/publisher'

const permissions = ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write'] as const
type Permission = (typeof permissions)[number]

type Step = 'acknowledge' | 'lower' | 'raise' | 'ask again' | 'acknowledge lower' | 'acknowledge higher'

/** What each change of permission is, in the words of the contract's table. */
const steps: Record<Step, readonly (readonly [Permission, Permission])[]> = {
  acknowledge: [
    ['invited_read', 'subscribed_read'],
    ['invited_write', 'subscribed_write'],
  ],
  lower: [
    ['invited_write', 'invited_read'],
    ['subscribed_write', 'subscribed_read'],
  ],
  raise: [
    ['invited_read', 'invited_write'],
    ['subscribed_read', 'subscribed_write'],
  ],
  'ask again': [
    ['subscribed_read', 'invited_read'],
    ['subscribed_read', 'invited_write'],
    ['subscribed_write', 'invited_read'],
    ['subscribed_write', 'invited_write'],
  ],
  'acknowledge lower': [['invited_write', 'subscribed_read']],
  'acknowledge higher': [['invited_read', 'subscribed_write']],
}

type Cast = {
  service: App
  event: string
  subscriber: TestPerson
  /** Who posts the relation that is tried, and who tries to change it. */
  poster: App
  caller: App
  /** Between the POST and the trial. */
  meanwhile?: () => Promise<unknown>
  /** After the trial, so that there may be another. */
  afterwards?: () => Promise<unknown>
}

async function aStage() {
  const publisher = await aPublisher()
  const service = await aService(publisher)
  const calendar = await aCalendar(publisher)
  const event = await anEvent(publisher, calendar)
  const subscriber = await aPerson(publisher)
  const follow = (who: TestPerson, permission: Permission) =>
    publisher.api.post(`/subscriber/${who.ecalId}/subscriptions/add`, { calendarIds: [calendar], permission })
  const related = async (permission: Permission) => {
    const person = await aPerson(publisher)
    await reach(service, person, event, permission)
    return person
  }
  return { publisher, service, event, subscriber, follow, related }
}

/** Brings a relation to a permission: it is posted as invited, and acknowledged by the subscriber. */
async function reach(poster: App, subscriber: TestPerson, event: string, permission: Permission, more = {}) {
  const [half, write] = permission.split('_')
  const id = await relate(poster, event, subscriber.ecalId, { permission: `invited_${write}`, ...more })
  if (half === 'subscribed') await subscriber.app.patch(`/event-subscriptions/${id}`, { permission })
  return id
}

const cast = {
  'the subscriber': async (): Promise<Cast> => {
    const { service, event, subscriber } = await aStage()
    return { service, event, subscriber, poster: service, caller: subscriber.app }
  },
  'the subscriber who follows a calendar with write': async (): Promise<Cast> => {
    const { service, event, subscriber, follow } = await aStage()
    await follow(subscriber, 'subscribed_write')
    return { service, event, subscriber, poster: service, caller: subscriber.app }
  },
  'the subscriber who wrote the POST through a calendar': async (): Promise<Cast> => {
    const { service, event, subscriber, follow } = await aStage()
    await follow(subscriber, 'invited_write')
    return { service, event, subscriber, poster: subscriber.app, caller: subscriber.app }
  },
  'a service': async (): Promise<Cast> => {
    const { service, event, subscriber, related } = await aStage()
    const poster = (await related('subscribed_write')).app
    return { service, event, subscriber, poster, caller: service }
  },
  'another service than the one that posted': async (): Promise<Cast> => {
    const { publisher, service, event, subscriber } = await aStage()
    return { service, event, subscriber, poster: service, caller: await aService(publisher) }
  },
  'a writer': async (): Promise<Cast> => {
    const { service, event, subscriber, related } = await aStage()
    return { service, event, subscriber, poster: service, caller: (await related('subscribed_write')).app }
  },
  'a writer who has not acknowledged': async (): Promise<Cast> => {
    const { service, event, subscriber, related } = await aStage()
    return { service, event, subscriber, poster: service, caller: (await related('invited_write')).app }
  },
  'the actor with write': async (): Promise<Cast> => {
    const { service, event, subscriber, related } = await aStage()
    const actor = await related('invited_write')
    return { service, event, subscriber, poster: actor.app, caller: actor.app }
  },
  'the actor without write': async (): Promise<Cast> => {
    const { service, event, subscriber, related } = await aStage()
    const actor = await related('invited_write')
    const path = `/event-subscriptions/${event}_${actor.ecalId}`
    const turn = (permission: Permission) => () => service.patch(path, { permission })
    return {
      service,
      event,
      subscriber,
      poster: actor.app,
      caller: actor.app,
      meanwhile: turn('invited_read'),
      afterwards: turn('invited_write'),
    }
  },
  'another who sees it': async (): Promise<Cast> => {
    const { service, event, subscriber, related } = await aStage()
    return { service, event, subscriber, poster: service, caller: (await related('subscribed_read')).app }
  },
  'another who sees it and follows a calendar with write': async (): Promise<Cast> => {
    const { service, event, subscriber, related, follow } = await aStage()
    const other = await related('invited_read')
    await follow(other, 'subscribed_write')
    return { service, event, subscriber, poster: service, caller: other.app }
  },
  'a writer through a calendar, who does not see it': async (): Promise<Cast> => {
    const { publisher, service, event, subscriber, follow } = await aStage()
    const other = await aPerson(publisher)
    await follow(other, 'subscribed_write')
    return { service, event, subscriber, poster: service, caller: other.app }
  },
  'a stranger': async (): Promise<Cast> => {
    const { publisher, service, event, subscriber } = await aStage()
    return { service, event, subscriber, poster: service, caller: (await aPerson(publisher)).app }
  },
}

const turn = 'PERMISSION_TRANSITION'
const no = 'FORBIDDEN'
const none = 'EVENT_SUBSCRIPTION_NOT_FOUND'
type Code = 200 | 204 | typeof turn | typeof no | typeof none
type Rights = Record<Step, Code> & { same: Code; invitation: Code; rsvp: Code; message: Code; remove: Code }

const subscriber: Rights = {
  acknowledge: 200,
  lower: 200,
  raise: turn,
  'ask again': turn,
  'acknowledge lower': 200,
  'acknowledge higher': turn,
  same: 200,
  invitation: no,
  rsvp: 200,
  message: no,
  remove: 204,
}
const writer: Rights = {
  acknowledge: turn,
  lower: 200,
  raise: 200,
  'ask again': 200,
  'acknowledge lower': turn,
  'acknowledge higher': turn,
  same: 200,
  invitation: 200,
  rsvp: no,
  message: no,
  remove: 204,
}
const noWrite = { lower: turn, raise: turn, 'ask again': turn, invitation: no } as const
const invisible = Object.fromEntries(Object.keys(writer).map((what) => [what, none])) as Rights

const rights: Record<keyof typeof cast, Rights> = {
  'the subscriber': subscriber,
  'the subscriber who follows a calendar with write': subscriber,
  'the subscriber who wrote the POST through a calendar': { ...subscriber, message: 200 },
  'a service': writer,
  'another service than the one that posted': { ...writer, message: 200 },
  'a writer': writer,
  'a writer who has not acknowledged': writer,
  'the actor with write': { ...writer, message: 200 },
  'the actor without write': { ...writer, ...noWrite, message: 200 },
  'another who sees it': { ...writer, ...noWrite, remove: no },
  'another who sees it and follows a calendar with write': { ...writer, ...noWrite, remove: no },
  'a writer through a calendar, who does not see it': invisible,
  'a stranger': invisible,
}

/** The relation as the service sees it, but for what moves by itself. */
async function stateOf({ service, event, subscriber }: Cast) {
  const found = await service.get(`/event-subscriptions/${event}_${subscriber.ecalId}`)
  return found.data?.[0] ?? null
}

describe.each(Object.keys(cast) as (keyof typeof cast)[])('%s', (name) => {
  it('may change the permission as the contract’s table says, and else changes nothing', {
    timeout: 20_000,
  }, async ({ expect }) => {
    const stage = await cast[name]()
    const path = `/event-subscriptions/${stage.event}_${stage.subscriber.ecalId}`
    const named = { event_id: stage.event, subscriber: { id: stage.subscriber.ecalId } }
    const moves = Object.entries(steps).flatMap(([step, pairs]) =>
      // PUT goes by the same rules: one move of each kind shows it.
      pairs.flatMap(([from, to], at) =>
        (at === 0 ? ['PATCH', 'PUT'] : ['PATCH']).map((method) => ({ step: step as Step, from, to, method })),
      ),
    )
    for (const from of permissions) {
      const tried = [
        { step: 'same' as const, from, to: from, method: 'PATCH' },
        ...moves.filter((move) => move.from === from),
      ]
      let before = null
      for (const { step, to, method } of tried) {
        if (before === null) {
          await reach(stage.poster, stage.subscriber, stage.event, from)
          await stage.meanwhile?.()
          before = await stateOf(stage)
          expect(before.permission).toBe(from)
        }
        const answer = await stage.caller.call(method, path, {
          ...(method === 'PUT' ? named : {}),
          permission: to,
        })
        const expected = [method, from, to, rights[name][step]]
        expect([method, from, to, answer.code ?? answer.status]).toEqual(expected)
        const after = await stateOf(stage)
        if (answer.status !== 200 || to === from) {
          expect(after).toEqual(before)
          continue
        }
        expect([answer.data[0].permission, after.permission]).toEqual([to, to])
        await stage.service.delete(path)
        await stage.afterwards?.()
        before = null
      }
      if (before !== null) {
        await stage.service.delete(path)
        await stage.afterwards?.()
      }
    }
  })

  it('may change the rest as the contract’s table says, and else changes nothing', async ({ expect }) => {
    const stage = await cast[name]()
    const path = `/event-subscriptions/${stage.event}_${stage.subscriber.ecalId}`
    const named = { event_id: stage.event, subscriber: { id: stage.subscriber.ecalId } }
    const tries = [
      ['invitation', 'PATCH', { is_invitation: true }],
      ['invitation', 'PUT', { ...named, is_invitation: true }],
      ['rsvp', 'PATCH', { rsvp_status: 'not_attending' }],
      ['rsvp', 'PUT', { ...named, rsvp_status: 'attending' }],
      ['message', 'PUT', { ...named, message: 'Other' }],
      ['message', 'PUT', { ...named, message: null }],
      ['same', 'PATCH', { is_invitation: false }],
      [
        'same',
        'PUT',
        { ...named, is_invitation: false, permission: 'invited_write', rsvp_status: null, message: 'Come' },
      ],
      ['remove', 'DELETE', undefined],
    ] as const
    for (const [what, method, body] of tries) {
      await reach(stage.poster, stage.subscriber, stage.event, 'invited_write', { message: 'Come' })
      await stage.meanwhile?.()
      const before = await stateOf(stage)
      const answer = await stage.caller.call(method, path, body)
      expect([method, body, answer.code ?? answer.status]).toEqual([method, body, rights[name][what]])
      if (answer.status >= 400) {
        expect(await stateOf(stage)).toEqual(before)
        // Nothing of what is forbidden is done in part.
        if (method === 'PATCH' && rights[name].lower === 200) {
          const mixed = await stage.caller.patch(path, { ...body, permission: 'invited_read' })
          expect([mixed.status, await stateOf(stage)]).toEqual([403, before])
        }
      }
      await stage.service.delete(path)
      await stage.afterwards?.()
    }
  })
})

describe('a POST', () => {
  it('needs write on the event, in whatever way one has it', async ({ expect }) => {
    const { publisher, service, event, follow, related } = await aStage()
    const through = async (permission: Permission) => {
      const person = await aPerson(publisher)
      await follow(person, permission)
      return person.app
    }
    const both = await related('subscribed_read')
    await follow(both, 'subscribed_write')
    const cases: [App, number | string][] = [
      [service, 200],
      [(await related('invited_write')).app, 200],
      [(await related('subscribed_write')).app, 200],
      [await through('invited_write'), 200],
      [await through('subscribed_write'), 200],
      [(await related('invited_read')).app, 'FORBIDDEN'],
      [(await related('subscribed_read')).app, 'FORBIDDEN'],
      [await through('invited_read'), 'FORBIDDEN'],
      [await through('subscribed_read'), 'FORBIDDEN'],
      [both.app, 'FORBIDDEN'],
      [(await aPerson(publisher)).app, 'EVENT_NOT_FOUND'],
    ]
    for (const [app, expected] of cases) {
      const someone = await publisher.subscriber()
      const body = { event_id: event, subscriber: { id: someone.ecalId } }
      const answer = await app.post('/event-subscriptions', body)
      expect(answer.code ?? answer.status).toBe(expected)
      if (answer.status !== 200) continue
      expect(answer.data[0]).toMatchObject({
        id: `${event}_${someone.ecalId}`,
        permission: 'invited_read',
        event_id: event,
      })
      expect(answer.meta.created).toBe(true)
      const again = await app.post('/event-subscriptions', body)
      expect(again.meta.created).toBe(false)
      expect(again.data).toEqual(answer.data)
    }
  })
})

describe('the owner’s own relation', () => {
  /** An event whose owner is a person, as POST /events leaves it. */
  async function anOwned() {
    const { service, event, subscriber: owner, related } = await aStage()
    const id = await relate(service, event, owner.ecalId, { permission: 'invited_write' })
    await env.DB.prepare(
      "UPDATE relations SET is_owner = 1, actor_id = subscriber_id, permission = 'subscribed_write' WHERE event_id = ?",
    )
      .bind(event)
      .run()
    return {
      service,
      owner,
      writer: (await related('subscribed_write')).app,
      path: `/event-subscriptions/${id}`,
      event,
    }
  }

  it('is out of reach of other writers', async ({ expect }) => {
    const { writer, path, event, owner } = await anOwned()
    const named = { event_id: event, subscriber: { id: owner.ecalId } }
    const answers = [
      await writer.patch(path, { permission: 'subscribed_read' }),
      await writer.patch(path, { permission: 'invited_write' }),
      await writer.patch(path, { is_invitation: true }),
      await writer.put(path, { ...named, message: 'x' }),
      await writer.delete(path),
    ]
    expect(answers.map(({ code }) => code)).toEqual([turn, turn, no, no, no])
    expect((await writer.patch(path, { is_invitation: false })).status).toBe(200)
    expect((await owner.app.get(path)).data[0]).toMatchObject({
      permission: 'subscribed_write',
      is_invitation: false,
    })
  })

  it('is changed and removed by the owner and by services', async ({ expect }) => {
    const first = await anOwned()
    expect((await first.service.patch(first.path, { permission: 'subscribed_read' })).status).toBe(200)
    expect((await first.owner.app.patch(first.path, { permission: 'subscribed_write' })).code).toBe(turn)
    expect((await first.owner.app.patch(first.path, { rsvp_status: 'attending' })).status).toBe(200)
    expect((await first.service.delete(first.path)).status).toBe(204)
    const second = await anOwned()
    expect((await second.owner.app.patch(second.path, { permission: 'subscribed_read' })).status).toBe(200)
    expect((await second.owner.app.delete(second.path)).status).toBe(204)
    expect((await second.writer.get(second.path)).code).toBe(none)
  })
})

describe('member_read and member_write', () => {
  it('are an acknowledgement of the subscriber, and keep it as it is from anybody else', async ({
    expect,
  }) => {
    const stage = await cast['a writer']()
    const path = `/event-subscriptions/${stage.event}_${stage.subscriber.ecalId}`
    const cases = [
      ['subscriber', 'invited_read', 'member_read', 'subscribed_read'],
      ['subscriber', 'invited_write', 'member_write', 'subscribed_write'],
      ['subscriber', 'invited_write', 'member_read', 'subscribed_read'],
      ['subscriber', 'subscribed_write', 'member_read', 'subscribed_read'],
      ['subscriber', 'subscribed_read', 'member_read', 'subscribed_read'],
      ['subscriber', 'invited_read', 'member_write', turn],
      ['subscriber', 'subscribed_read', 'member_write', turn],
      ['writer', 'invited_write', 'member_read', 'invited_read'],
      ['writer', 'invited_read', 'member_write', 'invited_write'],
      ['writer', 'invited_read', 'member_read', 'invited_read'],
      ['writer', 'subscribed_read', 'member_write', 'subscribed_write'],
      ['writer', 'subscribed_write', 'member_read', 'subscribed_read'],
    ] as const
    for (const [who, from, asked, expected] of cases) {
      await reach(stage.poster, stage.subscriber, stage.event, from)
      const caller = who === 'subscriber' ? stage.subscriber.app : stage.caller
      const answer = await caller.patch(path, { permission: asked })
      expect([who, from, asked, answer.code ?? answer.data[0].permission]).toEqual([
        who,
        from,
        asked,
        expected,
      ])
      await stage.service.delete(path)
    }
  })

  it('are none of the constants of POST and PUT', async ({ expect }) => {
    const { service, event, subscriber } = await cast['a writer']()
    const body = { event_id: event, subscriber: { id: subscriber.ecalId } }
    for (const permission of [
      'member_read',
      'member_write',
      'removed',
      'subscribed_read',
      'subscribed_write',
      '',
      null,
      1,
    ]) {
      const posted = await service.post('/event-subscriptions', { ...body, permission })
      expect([permission, posted.code]).toEqual([permission, 'VALIDATION_FAILED'])
      expect(posted.body.error.issues).toEqual([{ path: 'permission', message: expect.any(String) }])
    }
    const id = await relate(service, event, subscriber.ecalId)
    for (const permission of ['member_read', 'member_write', 'removed', '', null]) {
      const put = await service.put(`/event-subscriptions/${id}`, { ...body, permission })
      expect([permission, put.code]).toEqual([permission, 'VALIDATION_FAILED'])
    }
    for (const permission of ['removed', 'owner', '', null, true]) {
      const patched = await service.patch(`/event-subscriptions/${id}`, { permission })
      expect([permission, patched.code]).toEqual([permission, 'VALIDATION_FAILED'])
    }
  })
})
