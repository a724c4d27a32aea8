import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, it, onTestFinished } from 'vitest'
import { tableFates } from '../../../src/domain/erasure/inventory'
import { lastingSecrets } from '../../../src/domain/reseal'
import { seal, unseal } from '../../../src/platform/sealed'
import { aPerson } from '../../support/apps'
import { operator } from '../../support/erasing'
import { databaseInterruptedBefore } from '../../support/faults'
import { handle } from '../../support/front-door'
import { aMarketplace, MARKETPLACE_KEY } from '../../support/marketplace'
import { aPublisher, ORIGIN } from '../../support/publisher'
import { aReceiver } from '../../support/receiver'
import { keepMoment } from '../../support/time-travel'
import { anEndpoint } from '../../support/webhooks'
import { aClient, form, formType, TOKEN, tokenOf } from '../identity/support'
import { aBiller, anAccount } from '../payments/support'

const OLD = env.ENCRYPTION_KEY
const NEW = btoa('another-key-of-32-bytes-of-tests')

/** Sends a request to the app with another `ENCRYPTION_KEY`. */
async function under(key: string, path: string, init: RequestInit = {}, bindings: object = {}) {
  const execution = createExecutionContext()
  const given = { ...env, ...bindings, ENCRYPTION_KEY: key } as typeof env
  const answer = await handle(new Request(new URL(path, ORIGIN), init), given, execution)
  await waitOnExecutionContext(execution)
  const text = await answer.text()
  return { status: answer.status, text, body: text.startsWith('{') ? JSON.parse(text) : null }
}

const resealOnce = (key: string, after: string, bindings: object = {}) =>
  under(
    key,
    '/operator/reseal',
    { method: 'POST', headers: operator, body: JSON.stringify({ after }) },
    bindings,
  )

/** Repeats the call until there is no next page. */
async function resealAll(key: string) {
  const sum = { calls: 0, resealed: 0, unopened: 0 }
  for (let after: string | null = ''; after !== null; sum.calls++) {
    const { status, body } = await resealOnce(key, after)
    if (status !== 200) throw new Error(`a page answered ${status}`)
    sum.resealed += body.resealed
    sum.unopened += body.unopened
    after = body.next
  }
  return sum
}

/** The tests of other files go on with the key that they began with. */
beforeEach(async () => {
  const moment = await keepMoment()
  await env.DB.batch(lastingSecrets.map(({ table }) => env.DB.prepare(`DELETE FROM ${table}`)))
  onTestFinished(() => moment.restore())
})

/** What is read with each secret that is stored, under a key: all 200 as long as the key opens them. */
async function aDeployment() {
  const publisher = await aPublisher()
  const person = await aPerson(publisher)
  const endpoint = await anEndpoint(publisher, aReceiver().url)
  const client = await aClient({ publisherId: publisher.id })
  const marketplace = await aMarketplace()
  const tokenForm = new URLSearchParams(form(client)).toString()
  const hub = { Authorization: `Basic ${btoa(`${marketplace.apiId}:${MARKETPLACE_KEY}`)}` }
  const asked = async (key: string) => {
    const signed = await under(key, await publisher.api.signed('GET', `/subscriber/${person.ecalId}`))
    const token = await under(key, TOKEN, { method: 'POST', headers: formType, body: tokenForm })
    const metadata = await under(key, `/maestrano/metadata/${marketplace.tenant}`, { headers: hub })
    const printed = signed.text.includes(person.feedPath)
    return [signed.status, printed, token.status, metadata.status]
  }
  await asked(OLD)
  return { publisher, person, endpoint, asked }
}

const secretOf = async (id: string) =>
  String(
    await env.DB.prepare('SELECT secret_sealed FROM webhook_endpoints WHERE id = ?')
      .bind(id)
      .first('secret_sealed'),
  )

describe('a change of ENCRYPTION_KEY', () => {
  it('takes two keys at once, seals all anew with the first, and then needs the former no more', async ({
    expect,
  }) => {
    const { endpoint, asked } = await aDeployment()
    const all = [200, true, 200, 200]
    expect(await asked(OLD)).toEqual(all)
    // First the new key is only taken beside the old one, then it seals.
    expect(await asked(`${OLD} ${NEW}`)).toEqual(all)
    const both = `${NEW} ${OLD}\n`
    expect(await asked(both)).toEqual(all)
    expect(await asked(NEW)).not.toEqual(all)
    const made = await under(both, '/operator/publishers', {
      method: 'POST',
      headers: operator,
      body: '{"name":"Made meanwhile"}',
    })
    expect(made.status).toBe(201)
    const first = await resealAll(both)
    expect(first).toMatchObject({ calls: lastingSecrets.length, unopened: 0 })
    expect(first.resealed).toBeGreaterThanOrEqual(5)
    expect(await asked(both)).toEqual(all)
    expect(await asked(NEW)).toEqual(all)
    expect(await unseal(NEW, await secretOf(endpoint.id), `webhook ${endpoint.id}`)).toBe(endpoint.secret)
    // What is sealed anew already stays as it is.
    expect(await resealAll(both)).toMatchObject({ resealed: 0, unopened: 0 })
  })

  it('goes through many addresses in pages of 500, and says what no key opens', async ({ expect }) => {
    const { person } = await aDeployment()
    const rows = []
    for (let n = 0; n < 1_100; n++) {
      const hash = n.toString(16).padStart(64, '0')
      rows.push({ hash, sealed: await seal(n === 700 ? btoa('x'.repeat(32)) : OLD, `${n}`, hash) })
    }
    await env.DB.prepare(
      `INSERT INTO feed_addresses (address_hash, publisher_id, subscriber_id, state, address_sealed, created_at, changed_at)
       SELECT j.value ->> 'hash', s.publisher_id, s.id, 'rotated', j.value ->> 'sealed', 0, 0
       FROM json_each(?1) j CROSS JOIN subscribers s ON s.id = ?2`,
    )
      .bind(JSON.stringify(rows), person.ecalId)
      .run()
    const sum = await resealAll(`${NEW} ${OLD}`)
    expect(sum).toMatchObject({ calls: lastingSecrets.length + 2, unopened: 1 })
    expect(sum.resealed).toBeGreaterThanOrEqual(1_100)
    const { results } = await env.DB.prepare(
      "SELECT address_hash AS hash, address_sealed AS sealed FROM feed_addresses WHERE state = 'rotated'",
    ).all<{ hash: string; sealed: string }>()
    const opened = await Promise.all(
      results.map(({ hash, sealed }) => unseal(NEW, sealed, hash).catch(() => '-')),
    )
    expect(opened.filter((text) => text === '-')).toHaveLength(1)
  })

  it('leaves a secret alone that is replaced while its page is sealed anew', async ({ expect }) => {
    const { endpoint } = await aDeployment()
    const both = `${NEW} ${OLD}`
    const replaced = await seal(NEW, 'whsec_replaced', `webhook ${endpoint.id}`)
    const { DB, happened } = databaseInterruptedBefore(2, () =>
      env.DB.prepare('UPDATE webhook_endpoints SET secret_sealed = ? WHERE id = ?')
        .bind(replaced, endpoint.id)
        .run(),
    )
    expect((await resealOnce(both, 'webhook_endpoints/0', { DB })).status).toBe(200)
    expect([happened(), await secretOf(endpoint.id)]).toEqual([true, replaced])
  })

  it('keeps the pages of a list that were asked for before it', async ({ expect }) => {
    const { biller } = await aBiller()
    for (const id of ['A1', 'A2']) await anAccount(biller, id)
    const { nextCursor } = (await biller.get('/accounts?limit=1')).body.responseMetadata
    const headers = { Authorization: `Bearer ${await tokenOf(biller.client)}` }
    const next = `/accounts?nextCursor=${nextCursor}`
    expect((await under(`${NEW} ${OLD}`, next, { headers })).status).toBe(200)
    expect((await under(NEW, next, { headers })).status).toBe(400)
  })

  it('knows every column that something is sealed in for longer than a day', ({ expect }) => {
    const fates = Object.entries(tableFates)
    const columns = fates.flatMap(([table, fate]) =>
      [fate.never, fate.kept, fate.emptied, fate.deleted].flatMap((list) =>
        (list ?? []).filter((column) => /sealed/.test(column)).map((column) => `${table}.${column}`),
      ),
    )
    const known = lastingSecrets.flatMap((each) => each.columns.map((column) => `${each.table}.${column}`))
    const soonOver = ['contact_requests.code_sealed', 'idempotency_keys.answer_sealed']
    expect(columns.sort()).toEqual([...known, ...soonOver].sort())
  })

  it('refuses to go on where no page ended', async ({ expect }) => {
    for (const after of ['changes/0', 'feed_addresses', 'feed_addresses/-1', 'feed_addresses/x', 7]) {
      const answer = await under(OLD, '/operator/reseal', {
        method: 'POST',
        headers: operator,
        body: JSON.stringify({ after }),
      })
      expect([after, answer.status, answer.body.error.issues[0].path]).toEqual([after, 400, 'after'])
    }
  })
})
