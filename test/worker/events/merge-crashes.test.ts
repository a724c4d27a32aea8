import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { confirmCode } from '../../../src/domain/contacts/requests'
import type { Database } from '../../../src/platform/d1'
import { aCalendar, anEvent, aPerson, appOf, aService } from '../../support/apps'
import { newestCode, newPhone } from '../../support/contacts'
import { invite, relationRow } from '../../support/invitations'
import { aPublisher } from '../../support/publisher'
import { dump } from '../../support/rows'

const TABLES = [
  'subscribers',
  'contacts',
  'relations',
  'answers',
  'follows',
  'calendars',
  'calendar_events',
  'events',
  'feed_addresses',
  'user_tokens',
  'contact_requests',
  'changes',
]

/** The database, whose batches of several writes die at a statement. */
function dyingAt(place: number, sizes: number[]): Database {
  return {
    prepare: (sql) => env.DB.prepare(sql),
    batch: <T>(statements: D1PreparedStatement[]) => {
      sizes.push(statements.length)
      const broken = env.DB.prepare('INSERT INTO subscribers (id) VALUES (NULL)')
      return env.DB.batch<T>([...statements.slice(0, place), broken, ...statements.slice(place)])
    },
  }
}

describe('a merge that is killed', () => {
  it('at any point leaves everything as it was, and happens whole when it is repeated', {
    timeout: 180_000,
  }, async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const phone = newPhone()
    const guest = await invite(service, event, { phone_number: phone })
    await appOf(publisher, guest)
    await publisher.api.post(
      '/event',
      { name: 'Due', startDate: '2040-01-01', allDay: true },
      { query: { ecal_id: guest } },
    )
    const ann = await aPerson(publisher)
    await ann.app.post('/persons/me/contacts', { phone_number: phone })
    const code = (await newestCode(ann.ecalId)) ?? ''
    const contact = { kind: 'phone', value: phone } as const
    const context = (db: Database) => ({
      db,
      now: Date.now(),
      actor: `person:${ann.ecalId}`,
      publisher: {
        id: publisher.id,
        orgId: publisher.id,
        name: 'Acme Lending',
        timezone: 'Australia/Melbourne',
        defaultRegion: 'AU',
        isPartner: false,
      },
      encryptionKey: () => env.ENCRYPTION_KEY,
      inEachWrite: [],
    })
    const [before, everything] = [await dump(TABLES, publisher.id), await dump(TABLES)]
    const sizes: number[] = []
    for (let place = 0; place <= (sizes[0] ?? 1); place++) {
      const killed = confirmCode(context(dyingAt(place, sizes)), ann.ecalId, null, contact, code)
      await expect(killed).rejects.toThrow(/NOT NULL/)
      expect(await dump(TABLES, publisher.id)).toBe(before)
    }
    expect(await dump(TABLES)).toBe(everything)
    expect(sizes[0]).toBeGreaterThan(30)
    expect(await confirmCode(context(env.DB), ann.ecalId, null, contact, code)).toEqual([guest])
    expect((await relationRow(event, ann.ecalId)).removed_at).toBeNull()
  })
})
