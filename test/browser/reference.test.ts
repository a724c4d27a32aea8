import { execFileSync } from 'node:child_process'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { beforeAll, describe, inject, it } from 'vitest'
import { demo } from '../../scripts/demo-data.mjs'
import { type Document, operationsOf } from '../../src/platform/openapi/document'
import { DescribedClient, judgeOf, readDocument } from './described'

/** The reference against the server that it describes. */

const origin = inject('origin')
const operator = { Authorization: `Bearer ${inject('operatorToken')}` }

const documents: Record<string, Document> = {}

beforeAll(async () => {
  documents.public = await readDocument(origin)
  documents.operator = await readDocument(origin, '/operator/openapi.json', operator)
})

const documentOf = (name: string): Document => {
  const document = documents[name]
  if (!document) throw new Error(`there is no ${name} document`)
  return document
}

describe.for(['public', 'operator'])('the %s document', (name) => {
  it('has no error and no false example in Redocly’s linter', async ({ expect }) => {
    const config = await createConfig({ extends: ['recommended'] })
    const source = JSON.stringify(documentOf(name))
    const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config })
    const told = problems.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`)
    expect(told.filter((each) => /^error|example(?!\.com)/.test(each))).toEqual([])
  })

  it('has only examples that its schemas allow', ({ expect }) => {
    const document = documentOf(name)
    const judge = judgeOf(document)
    const wrong: string[] = []
    for (const { method, path, operation } of operationsOf(document)) {
      const at = ['paths', path, method]
      for (const [type, { example }] of Object.entries(operation.requestBody?.content ?? {})) {
        wrong.push(...judge(example, ...at, 'requestBody', 'content', type, 'schema'))
      }
      for (const [index, { example }] of (operation.parameters ?? []).entries()) {
        if (example !== undefined) wrong.push(...judge(example, ...at, 'parameters', index, 'schema'))
      }
      for (const [status, { content }] of Object.entries(operation.responses)) {
        for (const [type, { example }] of Object.entries(content ?? {})) {
          wrong.push(...judge(example, ...at, 'responses', status, 'content', type, 'schema'))
        }
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('the examples', () => {
  it('are taken by the server, whose answers are as the reference tells', async ({ expect }) => {
    const client = new DescribedClient(origin, documentOf('public'))
    const good = async (...call: Parameters<DescribedClient['call']>) => {
      const answered = await client.call(...call)
      expect([call[0], answered.status < 400, answered.text]).toEqual([call[0], true, answered.text])
      return answered
    }

    const calendar = (await good('createCalendar')).data
    for (const id of ['readCalendar', 'changeCalendar'])
      await good(id, { path: { idOrReference: calendar.id } })
    await good('listCalendars')
    await good('listCalendars', { query: { page: '99' } })
    await good('readPublicFeed', { path: { calendarId: calendar.id } })

    const { ecalId, calendarUrl } = (await good('signUp')).body
    const person = { ecal_id: ecalId }
    await good('signUp')
    await good('openSignUpPage', { query: { apiKey: demo.apiKey, widgetId: demo.widgetId } })
    await good('listSubscribers')
    await good('readSubscriber', { path: person })
    await good('changeSubscriptions', { path: person, body: { calendarIds: [calendar.id] } })
    const address = new URL(calendarUrl.httpsCalUrl).pathname.split('/')[2] ?? ''
    await good('readFeed', { path: { address } })

    const event = (await good('createEvent', { query: person })).data
    await good('listEvents', { query: person })
    for (const id of ['readEvent', 'changeEvent']) await good(id, { path: { idOrReference: event.id } })
    await good('changeEventsByType')
    const paymentDue = { name: 'Payment Due', startDate: '2030-06-01', allDay: true, ...person }
    const made = (await good('createEvents', { body: { events: [paymentDue, {}] } })).data
    expect(made.map((each: { status: string }) => each.status)).toEqual(['200', '400'])
    await good('listEventsOfMany', { query: person })
    for (const id of ['readEvents', 'deleteEvents']) await good(id, { body: { ids: [made[0].id] } })

    const widget = (await good('createWidget')).data
    await good('listWidgets')
    for (const id of ['readWidget', 'changeWidget', 'deleteWidget'])
      await good(id, { path: { id: widget.id } })

    // An address of this machine, where nobody listens.
    const hook = (await good('createWebhook', { body: { url: 'http://127.0.0.1:9/' } })).data
    const path = { id: hook.id }
    await good('listWebhooks')
    for (const id of ['readWebhook', 'changeWebhook', 'rotateWebhookSecret']) await good(id, { path })
    const { messageId } = (await good('pingWebhook', { path })).data
    await good('listDeliveries', { path })
    for (const id of ['readDelivery', 'replayDelivery']) await good(id, { path: { ...path, messageId } })
    await good('replayDeliveries', { path, body: { since: new Date().toISOString() } })
    await good('deleteWebhook', { path })

    await good('createAccount', { as: 'partner' })
    await good('listAccounts', { as: 'partner' })

    client.tokens.personToken = (await good('createUserToken', { path: person })).data.token
    await good('listUserTokens', { path: person })
    for (const id of ['readMe', 'renameMe', 'requestContactCode', 'listSeenCalendars']) await good(id)
    expect((await client.call('confirmContact')).status).toBe(400)
    await good('readSeenCalendar', { path: { id: calendar.id } })
    const dinner = (await good('createOwnEvent')).data[0]
    await good('listOwnEvents', { query: { sync_token: '0' } })
    for (const id of ['readOwnEvent', 'replaceOwnEvent']) await good(id, { path: { id: dinner.id } })
    await good('changeOwnEvent', { path: { id: dinner.id } })
    const invited = await good('createEventSubscription', { body: { event_id: dinner.id } })
    const subscription = invited.data[0]
    await good('listEventSubscriptions', { query: { sync_token: '0' } })
    await good('readEventSubscription', { path: { id: subscription.id } })
    const subscriber = { id: subscription.subscriber.id }
    await good('replaceEventSubscription', {
      path: { id: subscription.id },
      body: { event_id: dinner.id, subscriber },
    })
    await good('changeEventSubscription', {
      path: { id: subscription.id },
      body: { rsvp_status: undefined, permission: 'invited_write' },
    })
    await good('removeEventSubscription', { path: { id: subscription.id } })
    await good('listEventSubscriptions', { query: { sync_token: '0' } })
    await good('deleteOwnEvent', { path: { id: dinner.id } })

    const credentials = { client_id: demo.clientId, client_secret: demo.clientSecret }
    client.tokens.accessToken = (await good('createToken', { body: credentials })).body.access_token
    for (const id of ['readDiscovery', 'readKeySet', 'readHealth', 'readReference']) await good(id)
    for (const id of [
      'downloadCollection',
      'openReference',
      'readStyle',
      'readPageStyle',
      'readWidgetScript',
    ])
      await good(id)

    const account = { accountId: 'DEMO0007' }
    await good('putPaymentAccount', { path: account })
    await good('changePaymentAccount', { path: account })
    const { scheduleId } = (await good('createSchedule', { path: account })).body
    const schedule = { ...account, scheduleId }
    for (const id of ['listPaymentAccounts', 'readPaymentAccount', 'listSchedules'])
      await good(id, { path: account })
    for (const id of ['readSchedule', 'readScheduleStatus']) await good(id, { path: schedule })
    const promised = { status: 'promised', date: '2030-01-31' }
    await good('setScheduleStatus', { path: schedule, body: promised })
    await good('deleteSchedule', { path: schedule })
    for (const id of ['listAuditRecords', 'listCallNotes']) await good(id, { path: account })

    await good('confirmEmail', { path: person })
    await good('rotateFeedAddress', { path: person })
    expect((await client.call('readFeed', { path: { address } })).status).toBe(410)
    const another = (await good('createUserToken', { path: person })).data
    await good('revokeUserToken', { path: { ...person, id: another.id } })
    await good('deleteEvent', { path: { idOrReference: event.id } })
    for (const id of ['revokeUserTokens', 'unsubscribe']) await good(id, { path: person })
    await good('deleteCalendar', { path: { idOrReference: calendar.id } })

    // A marketplace of that name is no part of the demo data; nor are the credentials of any other.
    const refused = [
      'readMetadataOf',
      'startSignOnOf',
      'endSignOnOf',
      'cancelGroupOf',
      'removeGroupUserOf',
      'notifyOf',
    ]
    for (const id of refused) {
      expect((await client.call(id, { path: { tenant: 'nobody' } })).status).toBe(404)
      await client.call(id.slice(0, -2))
    }
    const all = operationsOf(documentOf('public')).map(({ operation }) => operation.operationId)
    expect(all.filter((id) => !client.called.has(id ?? ''))).toEqual(['openLiveHints'])
  }, 60_000)

  it('of the operator are taken, too', async ({ expect }) => {
    const client = new DescribedClient(origin, documentOf('operator'))
    client.tokens.operator = inject('operatorToken')
    const publisher = (await client.call('createPublisher')).body
    const path = { id: String(publisher.id) }
    const made = [
      await client.call('createKey', { path }),
      await client.call('createClient', { path }),
      await client.call('putBusiness', { path: { ...path, businessId: 'ACME01' } }),
      await client.call('createSignInLink', { path }),
    ]
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    for (const id of ['listPublishers', 'readPublisher', 'readAudit', 'readHealth', 'listMarketplaces']) {
      expect([id, (await client.call(id, { path })).status]).toEqual([id, 200])
    }
    expect((await client.call('readBusiness', { path: { ...path, businessId: 'ACME01' } })).status).toBe(200)
  })
})

describe('the first call of the page', () => {
  it('works as it is copied', async ({ expect }) => {
    const page = await (await fetch(`${origin}/docs`)).text()
    const [, escaped = ''] = /<pre id="first-call"[^>]*><code>([^<]+)<\/code>/.exec(page) ?? []
    const command = escaped.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
    const answered = JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' }))
    expect(answered).toMatchObject({ status: '200', data: expect.any(Array) })
  })
})
