import { env } from 'cloudflare:workers'
import { newId } from '../../../../src/platform/ids'
import { aPerson, appOf } from '../../../support/apps'
import { ownEvent } from '../../../support/event-api'
import { aCompany, aMarketplace, publisherOf } from '../../../support/marketplace'
import { tokenOf } from '../../identity/support'
import { allScopes, anAccount, anotherBiller, aSchedule, putBusiness } from '../../payments/support'
import { large, messages, signOn, standard } from '../../portal/support'

/** The company, its people and their things that the requests of the fuzzers are about. */
export async function aWorld() {
  const marketplace = await aMarketplace({ plans: [standard, large], extras: [messages] })
  const company = await aCompany(marketplace)
  const publisher = await publisherOf(company)
  await env.DB.prepare('UPDATE publishers SET is_partner = 1 WHERE id = ?').bind(publisher.id).run()
  const { api } = publisher
  const idOf = async (path: string, body: object): Promise<string> => {
    const made = await api.post(path, body)
    if (made.status !== 200) throw new Error(`a test's ${path} answered ${made.status}: ${made.text}`)
    return made.data.id
  }
  const calendar = () => idOf('/calendar', { name: 'Fixtures' })
  const calendarId = await calendar()
  const event = (more: object = {}) =>
    idOf('/event', { name: 'Round 1', startDate: '2040-05-01', startTime: '10:00', calendarId, ...more })
  const endpoints: string[] = []
  /** A publisher has few endpoints: all but the first and the newest go. */
  const makeRoom = async () => {
    const { data } = await api.get('/webhook', { limit: '50' })
    const spared = [...endpoints.slice(0, 1), ...endpoints.slice(-5)]
    for (const { id } of data as { id: string }[]) {
      if (!spared.includes(id)) await api.delete(`/webhook/${id}`)
    }
  }
  const endpoint = async (active = true) => {
    await makeRoom()
    const url = `https://hooks.club.com/${newId()}`
    const id = await idOf('/webhook', { url, active, events: ['subscriber.merged'] })
    endpoints.push(id)
    return id
  }
  const person = () => aPerson(publisher)
  const ann = await person()
  const own = (app = ann.app) => ownEvent(app).then(({ id }: { id: string }) => id)
  await putBusiness(publisher, 'MELB01')
  const biller = await anotherBiller(publisher, {
    scopes: [...allScopes, 'Service.read', 'Service.write'],
    rateLimit: { limit: 1_000_000, windowSeconds: 3_600 },
  })
  await anAccount(biller, 'A1')
  const schedule = async (): Promise<string> => (await aSchedule(biller)).scheduleId
  return {
    marketplace,
    company,
    publisher,
    api,
    calendar,
    calendarId,
    event,
    eventId: await event({ referenceType: 'fuzzed' }),
    endpoint,
    makeRoom,
    endpointId: await endpoint(),
    person,
    ann,
    appOf: (ecalId: string) => appOf(publisher, ecalId),
    own,
    ownId: await own(),
    biller,
    bearer: `Bearer ${await tokenOf(biller.client)}`,
    schedule,
    scheduleId: await schedule(),
    /** A company of the same marketplace, which may end. */
    otherCompany: () => aCompany(marketplace),
    /** Somebody new of the company's staff, an Admin. */
    staff: (of = company) => signOn(of),
  }
}

export type World = Awaited<ReturnType<typeof aWorld>>
