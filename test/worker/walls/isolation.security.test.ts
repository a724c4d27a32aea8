import { describe, it } from 'vitest'
import { aPerson, appOf } from '../../support/apps'
import { withCalendar } from '../../support/events'
import { atTime } from '../../support/time'
import { aClient, operate, revoke, tokenOf } from '../identity/support'
import { allScopes } from '../payments/support'
import {
  aMarkedPublisher,
  type Caller,
  everyOperation,
  exampleOf,
  marker,
  send,
  stateOf,
  surfaceOf,
} from './support'

/** What each surface answers to a caller whom it doesn't know, and to one who may not. */
const refusals: Record<string, readonly number[]> = {
  apiv2: [403],
  accounts: [401, 403],
  events: [401, 403],
  'event-subscriptions': [401, 403],
  calendars: [401, 403],
  persons: [401, 403],
  operator: [401],
}

/** The envelope of each surface's refusal. */
const envelopes: Record<string, RegExp> = {
  apiv2: /^\{"status":"\d{3}","statusLong":"/,
  accounts: /"message":"/,
  operator: /^\{"error":\{"code":"/,
}

const bearer = (token: string): Caller => ({ authorization: `Bearer ${token}` })

/** Callers who may not do anything here, by what is wrong with them. */
async function theRefused(
  publisher: Awaited<ReturnType<typeof aMarkedPublisher>>['publisher'],
  ecalId: string,
) {
  const scopes = [...allScopes, 'Service.read', 'Service.write']
  const [ended, aged, payer, reader] = [
    await aClient({ publisherId: publisher.id, scopes }),
    await aClient({ publisherId: publisher.id, scopes }),
    await aClient({ publisherId: publisher.id, scopes: ['schedules.read'] }),
    await aClient({ publisherId: publisher.id, scopes: ['Service.read'] }),
  ]
  const revokedToken = await tokenOf(ended)
  await revoke(ended)
  const expiredToken = await atTime(Date.now() - 86_400_000, () => tokenOf(aged))
  const revokedKey = await publisher.key()
  await operate('DELETE', `/operator/publishers/${publisher.id}/keys/${revokedKey.apiKey}`)
  const personal = await appOf(publisher, ecalId)
  await publisher.api.delete(`/subscriber/${ecalId}/tokens`)
  const refused: Record<string, Caller> = {
    'no credentials': { authorization: null },
    'a revoked key': { api: revokedKey },
    'an expired key': { api: await publisher.key({ expiresAt: Date.now() - 1000 }) },
    'a revoked token': bearer(revokedToken),
    'an expired token': bearer(expiredToken),
    'a person’s revoked token': personal,
  }
  return {
    refused,
    lacking: { payments: bearer(await tokenOf(reader)), other: bearer(await tokenOf(payer)) },
  }
}

/** Surfaces that need no credentials of these, or that have a table of their own (the marketplace's). */
const others = [
  'button',
  'daybook.css',
  'widget.js',
  'ecal-sub',
  'identity',
  'maestrano',
  'openapi.json',
  'docs',
  'health',
]

describe('every operation of both references', () => {
  it('is of a surface whose refusals are known', async ({ expect }) => {
    const there = new Set((await everyOperation()).map(({ path }) => surfaceOf(path)))
    expect([...there].sort()).toEqual([...Object.keys(refusals), ...others].sort())
  })

  it('is refused to who may do nothing: nothing is told, nothing changes', async ({ expect }) => {
    const { publisher, person, leadsTo } = await aMarkedPublisher()
    const { refused, lacking } = await theRefused(publisher, person.ecalId)
    const before = await stateOf(publisher.id)
    const wrong: string[] = []
    for (const described of await everyOperation()) {
      const surface = surfaceOf(described.path)
      const allowed = refusals[surface]
      if (!allowed || described.path.endsWith('.ics')) continue
      for (const [who, caller] of Object.entries({
        ...refused,
        'a token of another scope': surface === 'accounts' ? lacking.payments : lacking.other,
      })) {
        const { status, headers, text, at } = await send(
          described,
          leadsTo(described.path),
          caller,
          exampleOf(described.operation),
        )
        const envelope = envelopes[surface] ?? /^\{"error":\{/
        const said = `${text}${JSON.stringify([...headers])}`
        if (!allowed.includes(status) || !envelope.test(text))
          wrong.push(`${at}, ${who}: ${status} ${text.slice(0, 200)}`)
        if (said.includes(marker)) wrong.push(`${at}, ${who}: tells of it`)
      }
    }
    expect(wrong).toEqual([])
    expect(await stateOf(publisher.id)).toBe(before)
  })

  it('reaches nothing of another publisher’s', async ({ expect }) => {
    const { publisher, leadsTo } = await aMarkedPublisher()
    const stranger = await withCalendar({ partner: true })
    const client = await aClient({
      publisherId: stranger.id,
      scopes: [...allScopes, 'Service.read', 'Service.write'],
    })
    const service = bearer(await tokenOf(client))
    const app = (await aPerson(stranger)).app
    const before = await stateOf(publisher.id)
    const wrong: string[] = []
    for (const described of await everyOperation()) {
      if (!refusals[surfaceOf(described.path)] || described.path.endsWith('.ics')) continue
      for (const caller of [{ api: stranger.api }, service, app]) {
        const { status, text, headers, at } = await send(
          described,
          leadsTo(described.path),
          caller,
          exampleOf(described.operation),
        )
        if (status >= 500) wrong.push(`${at}: ${status} ${text.slice(0, 200)}`)
        if (`${text}${JSON.stringify([...headers])}`.includes(marker)) wrong.push(`${at}: tells of it`)
      }
    }
    expect(wrong).toEqual([])
    expect(await stateOf(publisher.id)).toBe(before)
  })
})
