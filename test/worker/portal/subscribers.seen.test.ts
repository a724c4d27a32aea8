import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import type { Env } from '../../../src/env'
import type { Seen } from '../../../src/usage'
import { handle } from '../../support/front-door'
import { ORIGIN } from '../../support/publisher'
import { aPerson, SUBSCRIBERS } from './records'
import { anOperatorsPublisher, type Browser } from './support'

async function see(publisherId: number, seen: Record<string, Seen>): Promise<void> {
  const ledger = env.USAGE_LEDGER.get(env.USAGE_LEDGER.idFromName(String(publisherId)))
  await ledger.add({ at: Date.now(), feeds: 1, unchanged: 0, syncs: 1, seen: new Map(Object.entries(seen)) })
}

const feedAt = Date.parse('2026-03-02T03:04:05Z')
const syncAt = Date.parse('2026-04-05T06:07:08Z')

/** What a page says where the Worker has other bindings. */
async function wordsWith(browser: Browser, path: string, more: object): Promise<[number, string]> {
  const request = new Request(`${ORIGIN}${path}`, {
    headers: { Cookie: `__Host-daybook=${browser.session}` },
  })
  const answer = await handle(request, { ...env, ...more } as Env, createExecutionContext())
  return [answer.status, (await answer.text()).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')]
}

const elsewhere = { USAGE: { writeDataPoint: () => undefined } }
const away = {
  USAGE_LEDGER: {
    idFromName: () => 'x',
    get: () => {
      throw new Error('away')
    },
  },
}

describe('when the apps of a person were last here', () => {
  it('stands on their page: when which app fetched the feed, and when one synced', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const ann = await aPerson(publisher)
    const before = (await admin.get(ann.path)).words
    expect(before).toContain('Last fetched Not yet')
    expect(before).toContain('Last synced Not yet')
    await see(publisher.id, {
      [ann.ecalId]: { feed: { at: feedAt, app: 'apple' }, sync: { at: syncAt, app: 'other' } },
    })
    const { words, html } = await admin.get(ann.path)
    expect(words).toContain('Last fetched 2 Mar 2026, 14:04 , by Apple Calendar')
    expect(words).toContain('Last synced 5 Apr 2026, 16:07 , by another app')
    expect(html).not.toContain(ann.feedPath.split('/')[2])
    expect(html).not.toContain('/ecal-sub/')
  })

  it('is there after a real fetch of the feed', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const ann = await aPerson(publisher)
    const execution = createExecutionContext()
    await handle(new Request(`${ORIGIN}${ann.feedPath}`), env, execution)
    await waitOnExecutionContext(execution)
    expect((await admin.get(ann.path)).words).toMatch(
      /Last fetched \d+ \w+ \d{4}, \d\d:\d\d , by another app/,
    )
  })

  it('is the later of the two in the list, for a page of people by one call', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const [ann, ben, cara] = [
      await aPerson(publisher, { first_name: 'Ann' }),
      await aPerson(publisher, { first_name: 'Ben' }),
      await aPerson(publisher, { first_name: 'Cara' }),
    ]
    await see(publisher.id, {
      [ann.ecalId]: { feed: { at: feedAt, app: 'apple' }, sync: { at: syncAt, app: 'other' } },
      [ben.ecalId]: { feed: { at: feedAt, app: 'google' }, sync: null },
    })
    let calls = 0
    const counting = {
      USAGE_LEDGER: {
        idFromName: (name: string) => env.USAGE_LEDGER.idFromName(name),
        get: (id: DurableObjectId) => {
          calls++
          return env.USAGE_LEDGER.get(id as ReturnType<Env['USAGE_LEDGER']['idFromName']>)
        },
      },
    }
    const [, words] = await wordsWith(admin, SUBSCRIBERS, counting)
    expect(calls).toBe(1)
    expect(words).toContain('Last seen')
    expect(words).toMatch(/Ann [^ ]+ Connected \d+ \w+ \d{4} 5 Apr 2026/)
    expect(words).toMatch(/Ben [^ ]+ Connected \d+ \w+ \d{4} 2 Mar 2026/)
    expect(words).toMatch(new RegExp(`Cara ${cara.email} Connected \\d+ \\w+ \\d{4} not yet`))
  })

  it('is said to be kept elsewhere or out of reach, and the pages come all the same', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const ann = await aPerson(publisher)
    for (const [bindings, why] of [
      [elsewhere, 'Counted in this deployment’s own dataset'],
      [away, 'It can’t be read just now.'],
    ] as const) {
      const [status, words] = await wordsWith(admin, ann.path, bindings)
      expect([status, words.includes(`Last fetched ${why}`)]).toEqual([200, true])
      const [listed, list] = await wordsWith(admin, SUBSCRIBERS, bindings)
      expect([listed, list.includes(`When their apps were last seen: ${why}`)]).toEqual([200, true])
      expect(list).not.toContain('Last seen')
      expect(list).toContain(ann.email)
    }
  })
})
