import { env } from 'cloudflare:workers'
import { aPerson, appOf, aService, relate } from '../../../support/apps'
import { ownEvent } from '../../../support/event-api'
import { aCalendar, anEvent } from '../../../support/events'
import { aCompany, aMarketplace, publisherOf } from '../../../support/marketplace'
import type { TestPublisher } from '../../../support/publisher'
import { aReceiver } from '../../../support/receiver'
import { anEndpoint, attemptsRecorded } from '../../../support/webhooks'
import { allScopes, anAccount, anotherBiller, aSchedule, putBusiness } from '../../payments/support'
import { aCustomer, signIn, signOn } from '../../portal/support'

/** What stands in every text of A's, and nowhere else. */
export const MARK = 'zq-mark'

const everyScope = [...allScopes, 'Service.read', 'Service.write']

/** A company's publisher as the table needs it: with calendars, apps, billers and staff; A's are marked. */
async function aHouse(mark: string, business: string) {
  const { marketplace, company: made } = await aCustomer()
  const company = await aCompany(marketplace, {
    name: `${mark} company`,
    uid: `${mark}-${crypto.randomUUID()}`,
  })
  // Partners are made by the operator only; A is one too, so that each route has somebody who may.
  await env.DB.prepare('UPDATE publishers SET is_partner = 1 WHERE id = ?').bind(company.publisherId).run()
  const publisher = await publisherOf(company)
  const admin = await signOn(company)
  await putBusiness(publisher, business, { name: `${mark} business` })
  const biller = await anotherBiller(publisher, { scopes: everyScope })
  const service = await aService(publisher)
  const calendarId = await aCalendar(publisher.api, { name: `${mark} calendar` })
  const person = await somebody(publisher, mark)
  return {
    mark,
    business,
    marketplace,
    other: made,
    company,
    publisher,
    admin,
    biller,
    service,
    calendarId,
    person,
  }
}

export type House = Awaited<ReturnType<typeof aHouse>>

function somebody(publisher: TestPublisher, mark: string) {
  const names = { firstName: `${mark} first`, lastName: `${mark} last` }
  return aPerson(publisher, { ...names, email: `${mark}-${crypto.randomUUID()}@example.com` })
}

/** A's records: each route has one at hand; those that a route ends are there for that route alone. */
async function recordsOf({ mark, publisher, calendarId, person, service, biller, business, admin }: House) {
  const inIt = { publisher, calendarId }
  const event = (more: object = {}) =>
    anEvent(
      { ...publisher, calendarId: inIt.calendarId },
      { name: `${mark} event`, details: `${mark} details`, ...more },
    )
  const endpoint = (active: boolean) =>
    anEndpoint(publisher, aReceiver().url, {
      description: `${mark} endpoint`,
      active,
      events: ['subscriber.unsubscribed'],
    })
  const main = await event({ referenceType: 'zqtype', reference: 'zqreference' })
  const [ended, doomed, fellow] = [
    await somebody(publisher, mark),
    await somebody(publisher, mark),
    await somebody(publisher, mark),
  ]
  const live = await endpoint(true)
  const off = await endpoint(false)
  const ping = await publisher.api.post(`/webhook/${live.id}/test`)
  await attemptsRecorded(live.id, 1)
  await anAccount(biller, 'ZQMARK', { businessAccountId: business })
  const due = { businessAccountId: business, scheduleDescription: `${mark} due` }
  const schedules = [
    await aSchedule(biller, due, 'ZQMARK'),
    await aSchedule(biller, due, 'ZQMARK'),
    await aSchedule(biller, due, 'ZQMARK'),
  ] as const
  const own = await ownEvent(person.app, { title: `${mark} dinner` })
  const ownDoomed = await ownEvent(person.app, { title: `${mark} supper` })
  const relation = await relate(service, main.id, person.ecalId, { message: `${mark} message` })
  const relationDoomed = await relate(service, (await event()).id, person.ecalId)
  const token = (await publisher.api.post(`/subscriber/${doomed.ecalId}/tokens`)).data.id as string
  const widget = (await publisher.api.post('/widget', { name: `${mark} widget`, calendarIds: [calendarId] }))
    .data
  const guest = await signIn(publisher.id, { role: 'Member', firstName: mark })
  const blocked = await signIn(publisher.id, { role: 'Member', firstName: mark })
  await admin.post(`/portal/users/${blocked.userId}/block`, { csrf: await admin.csrf() })
  await admin.send('/portal/billing', '/portal/billing/plan', { plan: 'standard' })
  const failed =
    "UPDATE bills SET state = 'failed', lease = NULL, next_attempt_at = NULL WHERE publisher_id = ? RETURNING id"
  const bill = String(await env.DB.prepare(failed).bind(publisher.id).first<string>('id'))
  return {
    event: main.id as string,
    eventDoomed: (await event()).id as string,
    eventsDoomed: (await event()).id as string,
    calendarDoomed: await aCalendar(publisher.api, { name: `${mark} spare` }),
    draft: await aCalendar(publisher.api, { name: `${mark} draft`, draft: true }),
    ended,
    doomed,
    fellow,
    webhook: live.id,
    webhookOff: off.id,
    webhookDoomed: (await endpoint(false)).id,
    message: ping.data.messageId as string,
    schedule: schedules[0].scheduleId as string,
    scheduleDoomed: schedules[1].scheduleId as string,
    scheduleOfStaff: schedules[2].scheduleId as string,
    own: own.id as string,
    ownDoomed: ownDoomed.id as string,
    relation,
    relationDoomed,
    token,
    widgetDoomed: widget.id as string,
    guest,
    blocked,
    bill,
    tenantDoomed: (await aMarketplace()).tenant,
    keyDoomed: (await publisher.key()).apiKey,
    clientDoomed: (await anotherBiller(publisher)).client.clientId,
  }
}

/** A, whose things are tried; B, who has the like; and A's records. */
export async function aWorld() {
  const a = await aHouse(MARK, 'ZQBUS')
  const b = await aHouse('other', 'OTHER')
  const records = await recordsOf(a)
  /** What nobody else may be told: ids of A's records, and its credentials. */
  const secrets = [
    ...Object.values(records).flatMap((each) => (typeof each === 'string' ? [each] : [])),
    ...[a.person, records.ended, records.doomed, records.fellow].flatMap((each) => [
      each.ecalId,
      each.feedPath,
    ]),
    ...[a.publisher.apiKey, a.publisher.secret, a.publisher.widgetId, a.calendarId, a.admin.userId],
    ...[
      a.biller.client.clientId,
      records.guest.userId,
      records.blocked.userId,
      'ZQBUS',
      'zqtype',
      'zqreference',
    ],
  ].filter((each) => each.length > 4)
  return { a, b, records, secrets, appOfA: await appOf(a.publisher, a.person.ecalId) }
}

export type World = Awaited<ReturnType<typeof aWorld>>

/** Puts off to next year what is due to a hub, so that none of it is written down while the refused are tried. */
export async function putOff({ a }: World): Promise<void> {
  const tables = ['connec_pushes', 'connec_imports', 'bills']
  const year = 365 * 86_400_000
  await env.DB.batch(
    tables.map((table) =>
      env.DB.prepare(
        `UPDATE ${table} SET next_attempt_at = next_attempt_at + ${year} WHERE publisher_id >= ?`,
      ).bind(a.other.publisherId),
    ),
  )
}
