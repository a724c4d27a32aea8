import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { sha256Hex } from '../../../src/platform/digest'
import { runCron } from '../../support/crons'
import { fetchWorker } from '../../support/publisher'
import { aCustomer, anOperatorsPublisher, auditOf, hubsAreAway, rowsOf, signIn, signOn } from './support'

hubsAreAway()

const OPTIONS = '/portal/options'
const KEYS = `${OPTIONS}/keys`

describe('the audit', () => {
  it('is read by the operator in pages, newest first, and of an unknown publisher not at all', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    for (let times = 0; times < 3; times++) await admin.send(OPTIONS, KEYS)
    const read = async (query: string, id = publisher.id) => {
      const headers = { Authorization: 'Bearer test-operator-token' }
      return fetchWorker(`/operator/publishers/${id}/audit${query}`, { headers })
    }
    const pages: { at: string; userId: string; action: string; target: string }[][] = []
    let next: string | undefined
    do {
      const response = await read(`?limit=2${next === undefined ? '' : `&cursor=${next}`}`)
      const body = (await response.json()) as { data: (typeof pages)[number]; next?: string }
      pages.push(body.data)
      next = body.next
    } while (next !== undefined)
    const [{ at = '' } = {}] = pages.flat()
    expect(pages.map((page) => page.map(({ action }) => action))).toEqual([
      ['key.created', 'key.created'],
      ['key.created', 'signed_in'],
    ])
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000)
    expect(Object.keys(pages.flat()[0] ?? {}).sort()).toEqual(['action', 'at', 'target', 'userId'])
    expect((await read('?limit=0')).status).toBe(400)
    expect((await read('?cursor=x')).status).toBe(400)
    expect((await read('', 999_999_999)).status).toBe(404)
  })

  it('keeps time, user, role and the beginning of the session’s hash for 400 days', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    await admin.send(OPTIONS, KEYS)
    const hash = await sha256Hex(admin.session)
    const rows = () =>
      env.DB.prepare('SELECT * FROM portal_audit WHERE publisher_id = ? ORDER BY id').bind(publisher.id).all()
    const [signedIn, created] = (await rows()).results
    for (const row of [signedIn, created]) {
      expect(row).toMatchObject({ user_id: admin.userId, role: 'Admin', session: hash.slice(0, 12) })
    }
    expect(JSON.stringify((await rows()).results)).not.toContain(hash)
    const days = (n: number) => Date.now() - n * 86_400_000
    await env.DB.prepare('UPDATE portal_audit SET at = ? WHERE id = ?').bind(days(401), signedIn?.id).run()
    await env.DB.prepare('UPDATE portal_audit SET at = ? WHERE id = ?').bind(days(399), created?.id).run()
    await env.DB.prepare('UPDATE portal_forms SET created_at = ? WHERE publisher_id = ?')
      .bind(days(2), publisher.id)
      .run()
    await runCron('23 3 * * *')
    expect((await rows()).results.map(({ action }) => action)).toEqual(['key.created'])
    expect(await rowsOf('portal_forms', publisher.id)).toBe(0)
  })

  it('is written with what it tells of, or neither is', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { fields } = (await admin.get(OPTIONS)).form(KEYS)
    const before = await auditOf(publisher.id)
    await env.DB.prepare(
      `CREATE TRIGGER test_no_key BEFORE INSERT ON api_keys WHEN NEW.publisher_id = ${publisher.id}
       BEGIN SELECT RAISE(ABORT, 'no key today'); END`,
    ).run()
    try {
      expect((await admin.post(KEYS, fields)).status).toBe(500)
    } finally {
      await env.DB.prepare('DROP TRIGGER test_no_key').run()
    }
    expect(await auditOf(publisher.id)).toEqual(before)
    // And the form can still be sent.
    expect((await admin.post(KEYS, fields)).html).toContain('id="api-secret"')
  })

  it('names who changed a thing in the log of changes too', async ({ expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    const guest = await signIn(company.publisherId)
    await admin.send('/portal/users', `/portal/users/${guest.userId}/block`)
    const actor = await env.DB.prepare("SELECT actor FROM changes WHERE stream = ? AND op = 'user.removed'")
      .bind(`company:${company.publisherId}`)
      .first<string>('actor')
    expect(actor).toBe(`user:${admin.userId}`)
  })
})
