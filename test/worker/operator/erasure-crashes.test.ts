import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { erase, eraseWith, later } from '../../support/erasing'
import { databaseThatDiesAfter, faultyDatabase } from '../../support/faults'
import { fetchWorker } from '../../support/publisher'
import { dump } from '../../support/rows'
import { whereStored } from '../../support/storage'
import { aWholePerson, type WholePerson } from '../../support/whole-person'

const TABLES = ['subscribers', 'relations', 'events', 'changes', 'accounts', 'erasures']

/** Whether anybody is still shown something of the person. */
async function isServed({ feedPaths, token }: WholePerson): Promise<boolean> {
  const feeds = await Promise.all(feedPaths.map(async (path) => (await fetchWorker(path)).status))
  const me = await fetchWorker('/persons/me', { headers: { Authorization: `Token ${token}` } })
  return me.status !== 401 || feeds.some((status) => status !== 404)
}

describe('an erasure that is interrupted', () => {
  it('at any statement of its beginning has not begun', async ({ expect }) => {
    const person = await aWholePerson()
    const [before, everything] = [await dump(TABLES, person.publisher.id), await dump(TABLES)]
    let statements = 1
    for (let at = 0; at < statements; at++) {
      const { DB, seen } = faultyDatabase(at)
      expect(await eraseWith({ DB }, person)).toBe(500)
      statements = seen.statements
      expect(await dump(TABLES, person.publisher.id)).toBe(before)
    }
    expect(await dump(TABLES)).toBe(everything)
    expect(statements).toBeGreaterThan(40)
    expect(await erase(person)).toBe(204)
    expect(await whereStored(person.markers, person.publisher.id, person.ids)).toEqual([])
  })

  it('at any question to the database goes on when it is repeated, and shows nothing in between', async ({
    expect,
  }) => {
    const person = await aWholePerson()
    let answered = 500
    let begun = false
    for (let questions = 0; answered !== 204; questions++) {
      const { DB, seen } = databaseThatDiesAfter(questions)
      answered = await eraseWith({ DB }, person)
      begun ||=
        (await env.DB.prepare('SELECT 1 FROM erasures WHERE subscriber_id = ?')
          .bind(person.ecalId)
          .first()) !== null
      expect([questions, await isServed(person)]).toEqual([questions, !begun])
      expect(seen.asked).toBeLessThanOrEqual(questions)
      expect(questions).toBeLessThan(100)
    }
    expect(await whereStored(person.markers, person.publisher.id, person.ids)).toEqual([])
  })

  it('is finished by the cron, wherever it was', async ({ expect }) => {
    for (const questions of [7, 20]) {
      const person = await aWholePerson()
      const { DB } = databaseThatDiesAfter(questions)
      expect(await eraseWith({ DB }, person)).toBe(500)
      expect(await isServed(person)).toBe(false)
      await later()
      expect(await whereStored(person.markers, person.publisher.id, person.ids)).toEqual([])
    }
  })

  it('waits for a timeline that can’t be reached, and keeps none of the others waiting', async ({
    expect,
  }) => {
    const person = await aWholePerson()
    const { publisher, friend, markers, ids } = person
    const stuck = env.TIMELINE.idFromName(`person:${friend.ecalId}`)
    const TIMELINE = {
      idFromName: (name: string) => env.TIMELINE.idFromName(name),
      get: (id: DurableObjectId) => {
        if (!id.equals(stuck)) return env.TIMELINE.get(id)
        return { cleanse: () => Promise.reject(new Error('the object is overloaded')) }
      },
    }
    expect(await eraseWith({ TIMELINE }, person)).toBe(500)
    const left = await env.DB.prepare('SELECT viewer FROM erasure_viewers WHERE subscriber_id = ?')
      .bind(person.ecalId)
      .all()
    expect(left.results).toEqual([{ viewer: `person:${friend.ecalId}` }])
    await later()
    expect(await whereStored(markers, publisher.id, ids)).toEqual([])
  })
})
