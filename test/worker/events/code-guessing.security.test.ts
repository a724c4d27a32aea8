import { describe, it } from 'vitest'
import { type AppAnswer, aPerson, type TestPerson } from '../../support/apps'
import { newestCode, newPhone, wrongCode } from '../../support/contacts'
import { aPublisher } from '../../support/publisher'
import { atTime } from '../../support/time'

const REQUEST = '/persons/me/contacts'
const CONFIRM = '/persons/me/contacts/confirm'
const HOUR = 3_600_000

/** Asks for a code and gives so many wrong ones; answers how the request and each guess was answered. */
async function guess(person: TestPerson, phone: string, times: number): Promise<[AppAnswer, number[]]> {
  const asked = await person.app.post(REQUEST, { phone_number: phone })
  const code = wrongCode(await newestCode(person.ecalId))
  const guesses: number[] = []
  for (let n = 0; n < times; n++) {
    guesses.push((await person.app.post(CONFIRM, { phone_number: phone, code })).status)
  }
  return [asked, guesses]
}

describe('whoever guesses codes', () => {
  it('has five tries a code, and a new code gives five more', async ({ expect }) => {
    const ann = await aPerson(await aPublisher())
    const phone = newPhone()
    for (let round = 0; round < 2; round++) {
      const [asked, guesses] = await guess(ann, phone, 7)
      expect([asked.status, guesses]).toEqual([202, [400, 400, 400, 400, 400, 410, 410]])
    }
    const right = { phone_number: phone, code: await newestCode(ann.ecalId) }
    expect((await ann.app.post(CONFIRM, right)).status).toBe(410)
  })

  it('has no more by trying many at once, though the right one is among them', async ({ expect }) => {
    const ann = await aPerson(await aPublisher())
    const phone = newPhone()
    await ann.app.post(REQUEST, { phone_number: phone })
    const right = await newestCode(ann.ecalId)
    const codes = Array.from({ length: 40 }, () => wrongCode(right))
    const wrong = codes.map((code) => ann.app.post(CONFIRM, { phone_number: phone, code }))
    const last = ann.app.post(CONFIRM, { phone_number: phone, code: right })
    const statuses = (await Promise.all(wrong)).map(({ status }) => status)
    const isProved = (await last).status === 200
    // Whatever comes first is judged first: the right one counts only where fewer than five wrong ones came before it.
    expect(statuses.filter((status) => status === 400).length).toBeLessThanOrEqual(isProved ? 4 : 5)
    expect(statuses.filter((status) => ![400, 410, isProved ? 200 : 410].includes(status))).toEqual([])
  })

  it('gets no more codes for a contact once 50 were wrong in a day, by however many persons', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const [ann, ben, cem] = [await aPerson(publisher), await aPerson(publisher), await aPerson(publisher)]
    const phone = newPhone()
    const now = Date.now()
    for (const person of [ann, ben]) {
      for (let n = 0; n < 5; n++) await atTime(now, () => guess(person, phone, 5))
    }
    await atTime(now + 2 * HOUR, async () => {
      const refused = await cem.app.post(REQUEST, { phone_number: phone })
      expect([refused.status, refused.code]).toEqual([429, 'RATE_LIMITED'])
      expect(Number(refused.headers.get('Retry-After'))).toBe(22 * 3600)
      expect((await cem.app.post(REQUEST, { phone_number: newPhone() })).status).toBe(202)
    })
    const other = await aPerson(await aPublisher())
    await atTime(now + 2 * HOUR, async () => {
      expect((await other.app.post(REQUEST, { phone_number: phone })).status).toBe(202)
    })
    await atTime(now + 24 * HOUR, async () => {
      expect((await cem.app.post(REQUEST, { phone_number: phone })).status).toBe(202)
    })
  })

  it('gets no more codes once 100 were wrong in a day, for whatever contacts', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await aPerson(publisher)
    const now = Date.now()
    for (let n = 0; n < 20; n++) {
      expect((await atTime(now, () => guess(ann, newPhone(), 5)))[0].status).toBe(202)
    }
    await atTime(now + 2 * HOUR, async () => {
      expect((await ann.app.post(REQUEST, { phone_number: newPhone() })).status).toBe(429)
      const ben = await aPerson(publisher)
      expect((await ben.app.post(REQUEST, { phone_number: newPhone() })).status).toBe(202)
    })
    await atTime(now + 24 * HOUR, async () => {
      expect((await ann.app.post(REQUEST, { phone_number: newPhone() })).status).toBe(202)
    })
  })

  it('of somebody else’s request learns and uses up nothing', async ({ expect }) => {
    const publisher = await aPublisher()
    const [ann, ben] = [await aPerson(publisher), await aPerson(publisher)]
    const phone = newPhone()
    await ann.app.post(REQUEST, { phone_number: phone })
    const code = await newestCode(ann.ecalId)
    for (let n = 0; n < 7; n++) {
      expect((await ben.app.post(CONFIRM, { phone_number: phone, code })).status).toBe(410)
    }
    expect((await ann.app.post(CONFIRM, { phone_number: phone, code })).status).toBe(200)
  })
})
