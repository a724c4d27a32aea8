import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aPublisher, fetchWorker } from '../../support/publisher'
import { signedSignUp, signUp } from '../../support/sign-up'

describe('the subscriber object', () => {
  it('has every field of the published form, in its order, and emailVerified last', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const { data } = await publisher.api.get(`/subscriber/${ecalId}`)
    expect(Object.keys(data)).toEqual([
      ...['id', 'publisherId', 'publisherOrgId', 'subscriptionWidgetId', 'standardWidgetId', 'email'],
      ...[
        'first_name',
        'last_name',
        'age_group',
        'name',
        'applications',
        'data',
        'location',
        'custom_fields',
      ],
      ...[
        'appName',
        'category',
        'country',
        'device',
        'fingerprint',
        'gender',
        'icsFilename',
        'ip',
        'mobile',
        'os',
      ],
      ...['source', 'zip', 'logged', 'created', 'modified', 'optin', 'optin_id', 'secondary_optin_id'],
      ...['secondary_optin', 'optin3_id', 'optin3', 'optin4_id', 'optin4', 'requiredAge', 'dob'],
      ...['parentConsentAge', 'parentConsentOn', 'parentEmail', 'selectedAppcalTypes', 'reference'],
      ...['totalActivity', 'lastActive', 'calendarUrl', 'IsActive', 'emailVerified'],
    ])
    expect(Object.keys(data.data)).toEqual([
      ...['application', 'calIds', 'calNames', 'eventIds', 'tags', 'privateCalIds', 'privateEventIds'],
      ...['mobileFull', 'ip', 'os', 'device'],
    ])
    expect(Object.keys(data.location)).toEqual([
      ...['city_name', 'country_name', 'country_code', 'state_name', 'state_code', 'timezone', 'zip_code'],
      ...['latitude', 'longitude'],
    ])
  })

  it('tells what the person and the visit said', async ({ expect }) => {
    const publisher = await aPublisher({ name: 'Acme & Sons' })
    const { ecalId, feedPath } = await signUp(
      publisher,
      ' Ella@Example.com ',
      {
        application: 'Hotmail',
        first_name: 'Ella',
        last_name: 'Bartledan',
        mobileNumber: '0412 345 678',
        tags: ['vip', 'blue'],
        optin: true,
        optin3: 'yes',
        subscriber_reference: 'cust-7',
        data: { loanId: 'L-1', nested: { deep: [1, null] } },
        zip: '3076',
        dob: '1990-01-01',
      },
      {
        'User-Agent': 'Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)',
        'CF-Connecting-IP': '139.216.205.51',
      },
    )
    const { data } = await publisher.api.get(`/subscriber/${ecalId}`)
    expect(data).toMatchObject({
      id: ecalId,
      publisherId: publisher.id,
      publisherOrgId: publisher.id,
      subscriptionWidgetId: publisher.widgetId,
      standardWidgetId: '',
      email: 'Ella@Example.com',
      first_name: 'Ella',
      last_name: 'Bartledan',
      category: 'Tablet',
      device: 'Tablet',
      os: 'iOS',
      ip: '139.216.205.51',
      mobile: '0412 345 678',
      source: 'API V3',
      optin: true,
      secondary_optin: false,
      optin3: true,
      optin_id: 0,
      reference: 'cust-7',
      zip: '3076',
      dob: '1990-01-01',
      totalActivity: 1,
      icsFilename: 'Acme & Sons',
      selectedAppcalTypes: ['hotmail'],
      custom_fields: [
        { name: 'loanId', value: 'L-1' },
        { name: 'nested', value: { deep: [1, null] } },
      ],
      appName: 'ECAL',
      IsActive: true,
      emailVerified: false,
    })
    expect(data.applications).toEqual([
      { name: 'hotmail', ip: '139.216.205.51', fingerprint: data.fingerprint, os: 'iOS', device: 'Tablet' },
    ])
    expect(data.fingerprint).toMatch(/^[0-9a-f]{32}$/)
    expect(data.data).toMatchObject({
      mobileFull: '+61412345678',
      tags: ['vip', 'blue'],
      application: 'hotmail',
    })
    expect(data.data.calNames).toEqual([`${ecalId}_private`])
    expect(data.data.privateCalIds).toEqual(data.data.calIds)
    expect(data.data.privateEventIds).toHaveLength(1)
    expect(data.modified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+1[01]:00$/)
    for (const field of ['logged', 'created', 'lastActive']) {
      expect(data[field]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    const bare = `://daybook.example${feedPath}`
    const carried = `webcal:%2F%2Fdaybook.example%2Fecal-sub%2F${feedPath.split('/')[2]}%2FAcme%2520%2526%2520Sons.ics`
    expect(feedPath).toMatch(/^\/ecal-sub\/[0-9a-f]{32}\/Acme%20%26%20Sons\.ics$/)
    expect(data.calendarUrl).toEqual({
      webCalUrl: `webcal${bare}`,
      appleCalUrl: `webcal${bare}`,
      webCalUrlNoIcs: `webcal${bare.slice(0, -4)}`,
      httpCalUrl: `http${bare}`,
      httpsCalUrl: `https${bare}`,
      googleUrl: `https://www.google.com/calendar/render?cid=${carried}`,
      outlookcomUrl: `https://calendar.live.com/calendar/calendar.aspx?rru=addsubscription&url=${carried}`,
    })
  })

  it('has an empty tag where there are none', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const { data } = await publisher.api.get(`/subscriber/${ecalId}`)
    expect(data.data.tags).toEqual([''])
  })

  it('names calendars with their categories, each path segment once', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const beta = await publisher.api.post('/calendar', {
      name: 'Beta',
      categories: 'Test 1 Parent/Test 1 child,Test 2 Parent/Test 1 child',
    })
    const plain = await publisher.api.post('/calendar', { name: 'One Tag' })
    const calendarIds = [beta.data.id, plain.data.id]
    const { data } = await publisher.api.post(`/subscriber/${ecalId}/subscriptions/add`, { calendarIds })
    expect(data.data.calNames).toEqual([
      `${ecalId}_private`,
      'Beta (Test 1 Parent, Test 1 child, Test 2 Parent)',
      'One Tag',
    ])
    expect(data.data.calIds.slice(1)).toEqual(calendarIds)
    expect(data.totalActivity).toBe(2)
  })

  it('lists private events oldest first, drafts and deleted ones not', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const query = { ecal_id: ecalId }
    const make = async (fields: Record<string, unknown>): Promise<string> => {
      const event = { startDate: '2030-05-01', allDay: true, ...fields }
      return (await publisher.api.post('/event', event, { query })).data.id
    }
    const late = await make({ name: 'Late', startDate: '2040-01-01' })
    const early = await make({ name: 'Early' })
    const gone = await make({ name: 'Gone' })
    await make({ name: 'Draft', draft: 1 })
    await publisher.api.delete(`/event/${gone}`)
    const { data } = await publisher.api.get(`/subscriber/${ecalId}`)
    expect(data.data.privateEventIds.slice(1)).toEqual([late, early])
  })

  it('keeps one entry an application, replaced in place', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = 'apps@example.com'
    const { ecalId } = await signedSignUp(publisher, email, { application: 'google' })
    await signedSignUp(publisher, email, { application: 'apple' })
    await signedSignUp(publisher, email, { application: 'google', first_name: 'Ann' })
    const { data } = await publisher.api.get(`/subscriber/${ecalId}`)
    expect(data.selectedAppcalTypes).toEqual(['google', 'apple'])
    expect(data.data.application).toBe('google')
    expect(data.first_name).toBe('Ann')
    expect(data.totalActivity).toBe(3)
  })

  it('prints addresses with PUBLIC_ORIGIN where it is set, else with the host asked', async ({ expect }) => {
    const publisher = await aPublisher()
    const { ecalId } = await publisher.subscriber()
    const { data } = await publisher.api.get(`/subscriber/${ecalId}`)
    expect(new URL(data.calendarUrl.httpsCalUrl).host).toBe('daybook.example')
    const stored = await env.DB.prepare(
      'SELECT count(*) AS n FROM feed_addresses WHERE address_sealed LIKE ?',
    )
      .bind(`%${data.calendarUrl.httpsCalUrl.split('/')[4]}%`)
      .first<number>('n')
    expect(stored).toBe(0)
  })
})

describe('finding subscribers', () => {
  it('by e-mail in any case: a verified holder first, then who signed up first', async ({ expect }) => {
    const publisher = await aPublisher()
    const first = await signUp(publisher, 'Same@example.com')
    const second = await signUp(publisher, 'other@example.com')
    expect((await publisher.api.get('/subscriber/sAME@EXAMPLE.COM')).data.id).toBe(first.ecalId)
    await env.DB.prepare(
      `INSERT INTO contacts (publisher_id, kind, value, subscriber_id, verified, signed_up_with, created_at)
       VALUES (?, 'email', 'same@example.com', ?, 1, 0, 0)`,
    )
      .bind(publisher.id, second.ecalId)
      .run()
    expect((await publisher.api.get('/subscriber/same@example.com')).data.id).toBe(second.ecalId)
    expect((await publisher.api.get('/subscriber/nobody@example.com')).status).toBe(404)
  })

  it('by every filter of the list, oldest first', async ({ expect }) => {
    const publisher = await aPublisher()
    const ann = await signUp(publisher, 'ann@example.com', { subscriber_reference: 'cust-1' })
    const since = new Date().toISOString()
    const ben = await signUp(publisher, 'ben@example.com')
    const calendar = await publisher.api.post('/calendar', { name: 'Fixtures' })
    const calendarIds = [calendar.data.id]
    await publisher.api.post(`/subscriber/${ben.ecalId}/subscriptions/add`, { calendarIds })
    const ids = async (query: Record<string, string>) =>
      (await publisher.api.get('/subscriber', query)).data.map((person: { id: string }) => person.id)
    expect(await ids({})).toEqual([ann.ecalId, ben.ecalId])
    expect(await ids({ email: 'ANN@example.com' })).toEqual([ann.ecalId])
    expect(await ids({ reference: 'cust-1' })).toEqual([ann.ecalId])
    expect(await ids({ calendarId: calendar.data.id })).toEqual([ben.ecalId])
    expect(await ids({ modifiedSince: since })).toEqual([ben.ecalId])
    expect(await ids({ limit: '1', page: '2' })).toEqual([ben.ecalId])
    expect((await publisher.api.get('/subscriber', { page: '3' })).status).toBe(204)
    await publisher.api.post(`/subscriber/${ann.ecalId}/unsubscribe`)
    expect(await ids({})).toEqual([ben.ecalId])
    for (const [field, value] of Object.entries({
      calendarId: 'x',
      modifiedSince: 'yesterday',
      limit: '101',
    })) {
      const refused = await publisher.api.get('/subscriber', { [field]: value })
      expect([refused.status, refused.body.errors[0].field]).toEqual([400, field])
    }
  })

  it('never by an id of the wrong shape, of another publisher, or by the feed address', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const other = await (await aPublisher()).subscriber()
    const own = await publisher.subscriber()
    for (const id of ['x', other.ecalId, own.feedPath.split('/')[2], own.ecalId.toUpperCase()]) {
      expect((await publisher.api.get(`/subscriber/${id}`)).status).toBe(404)
    }
    expect((await publisher.api.get(`/subscriber/${other.email}`)).status).toBe(404)
    expect((await fetchWorker(`/ecal-sub/${own.ecalId}/x.ics`)).status).toBe(404)
  })
})
