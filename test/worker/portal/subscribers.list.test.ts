import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { newId } from '../../../src/platform/ids'
import { aPerson, SUBSCRIBERS } from './records'
import { anOperatorsPublisher, type Browser } from './support'

/** Somebody of the marketplace's directory, who may have subscribed. */
async function inDirectory(publisherId: number, email: string, firstName: string, subscriberId = null) {
  await env.DB.prepare(
    `INSERT INTO directory (id, publisher_id, first_name, last_name, email, subscriber_id, created_at, updated_at, write_id)
     VALUES (?1, ?2, ?3, 'Directory', ?4, ?5, ?6, ?6, '')`,
  )
    .bind(newId(), publisherId, firstName, email, subscriberId, Date.now())
    .run()
}

/** The names of the people that a page lists. */
const named = (html: string) =>
  [...html.matchAll(/<tr[^>]*><th scope="row">(?:<a href="[^"]*">)?([^<]*)/g)].map(([, name]) => name)

async function find(browser: Browser, q: string): Promise<(string | undefined)[]> {
  return named((await browser.get(`${SUBSCRIBERS}?${new URLSearchParams({ q })}`)).html)
}

describe('the list of subscribers', () => {
  it('has the newest first, then people of the marketplace who have not subscribed', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    expect((await admin.get(SUBSCRIBERS)).words).toContain('Nobody is connected yet')
    await inDirectory(publisher.id, 'dora@example.com', 'Dora')
    const ann = await aPerson(publisher, { first_name: 'Ann', last_name: 'Lee <b>' })
    await aPerson(publisher, { first_name: 'Ben' })
    const page = await admin.get(SUBSCRIBERS)
    expect(named(page.html)).toEqual(['Ben', 'Ann Lee &lt;b&gt;', 'Dora Directory'])
    expect(page.words).toMatch(/Dora Directory dora@example.com not subscribed/)
    expect(page.html).toContain(`href="${ann.path}"`)
    expect(page.html).not.toContain(ann.feedPath.split('/')[2])
  })

  it('finds by the beginning of an e-mail or a name in any letter case, and by ecal id', async ({
    expect,
  }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const ann = await aPerson(publisher, {
      first_name: 'Ann',
      last_name: 'Lee',
      email: 'Ann.Lee@Example.com',
    })
    await aPerson(publisher, { first_name: 'Mary Ann', last_name: 'Leeson', email: 'mary@example.com' })
    await aPerson(publisher, { name: 'Annegret', email: 'x@example.com' })
    await inDirectory(publisher.id, 'anna@example.com', 'Anna')
    expect(await find(admin, 'ann.l')).toEqual(['Ann Lee'])
    expect(await find(admin, 'ANN')).toEqual(['Ann Lee', 'Annegret', 'Anna Directory'])
    expect(await find(admin, 'lee')).toEqual(['Ann Lee', 'Mary Ann Leeson'])
    expect(await find(admin, 'mary ann lees')).toEqual(['Mary Ann Leeson'])
    expect(await find(admin, 'Lee, Ann')).toEqual(['Ann Lee'])
    expect(await find(admin, ` ${ann.ecalId} `)).toEqual(['Ann Lee'])
    expect(await find(admin, 'directory anna')).toEqual(['Anna Directory'])
    for (const q of ['nobody', '%', '_nn', "' OR 1=1 --", 'Lee Ben', '"><script>']) {
      expect(await find(admin, q)).toEqual([])
    }
    const page = await admin.get(`${SUBSCRIBERS}?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect(page.html).not.toContain('<script')
  })

  it('finds nobody who left, and nobody of another company', async ({ expect }) => {
    const [{ publisher, admin }, theirs] = [await anOperatorsPublisher(), await anOperatorsPublisher()]
    const gone = await aPerson(publisher, { first_name: 'Gone', email: 'gone@example.com' })
    await publisher.api.post(`/subscriber/${gone.ecalId}/unsubscribe`)
    const foreign = await aPerson(theirs.publisher, { first_name: 'Foreign', email: 'foreign@example.com' })
    await inDirectory(theirs.publisher.id, 'foreign2@example.com', 'Foreign')
    expect(named((await admin.get(SUBSCRIBERS)).html)).toEqual([])
    for (const q of ['gone', gone.ecalId, 'foreign', foreign.ecalId]) expect(await find(admin, q)).toEqual([])
  })

  it('has 50 a page of many people, and of many who are found', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
       INSERT INTO subscribers (id, publisher_id, state, email, first_name, last_name, subscribed_at, last_active_at, created_at, modified_at)
       SELECT ?1 || printf('%08x', i), ?2, 'active', 'p' || i || '@example.com', 'Person ' || i, 'Many', i, i, i, i FROM n`,
    )
      .bind(newId().slice(0, 16), publisher.id)
      .run()
    await aPerson(publisher, { first_name: 'Zoe', last_name: 'Quill' })
    expect(await find(admin, 'zoe q')).toEqual(['Zoe Quill'])
    const many = await admin.get(`${SUBSCRIBERS}?q=person`)
    expect(named(many.html)).toHaveLength(50)
    expect(many.words).toContain('type more of it')
    expect(many.html).toContain(`href="${SUBSCRIBERS}?q=person&amp;page=2"`)
    expect(named((await admin.get(`${SUBSCRIBERS}?page=61`)).html)).toEqual(['Person 1 Many'])
  })
})
