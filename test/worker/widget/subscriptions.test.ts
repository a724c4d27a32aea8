import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { aPublisher, fetchWorker } from '../../support/publisher'
import { aCalendar, countOf, newEmail, postForm, postJson, setWidget } from './support'

describe('signing up by JSON', () => {
  it('answers 201 with the id, the links, and the one that opens the app', async ({ expect }) => {
    const publisher = await aPublisher({ name: 'Acme Lending' })
    const { widgetId } = publisher
    const { status, body, headers } = await postJson({
      widgetId,
      email: '  Ann@Example.com ',
      application: 'GOOGLE',
    })
    expect(status).toBe(201)
    expect(headers.get('Content-Type')).toBe('application/json; charset=utf-8')
    expect(headers.get('Cache-Control')).toBe('no-store')
    expect(headers.get('Daybook-Bookmark')).toBeTruthy()
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull()
    expect(Object.keys(body)).toEqual(['ecalId', 'email', 'application', 'openUrl', 'calendarUrl'])
    expect(body).toMatchObject({ email: 'Ann@Example.com', application: 'google' })
    expect(body.ecalId).toMatch(/^[0-9a-f]{24}$/)

    const { data } = await publisher.api.get(`/subscriber/${body.ecalId}`)
    expect(body.calendarUrl).toEqual(data.calendarUrl)
    const [, address = ''] =
      /\/ecal-sub\/([0-9a-f]{32})\/Acme%20Lending\.ics$/.exec(body.calendarUrl.httpsCalUrl) ?? []
    expect(address).toHaveLength(32)
    expect(body.openUrl).toBe(
      `https://www.google.com/calendar/render?cid=webcal:%2F%2Fdaybook.example%2Fecal-sub%2F${address}%2FAcme%2520Lending.ics`,
    )
    expect((await fetchWorker(new URL(body.calendarUrl.httpsCalUrl).pathname)).status).toBe(200)
  })

  it.for([
    ['apple', 'appleCalUrl'],
    ['google', 'googleUrl'],
    ['android', 'googleUrl'],
    ['outlook.com', 'outlookcomUrl'],
    ['hotmail', 'outlookcomUrl'],
    ['live', 'outlookcomUrl'],
    ['office365', 'outlookcomUrl'],
    ['outlook', 'webCalUrl'],
    ['yahoo', 'httpsCalUrl'],
    ['other', 'httpsCalUrl'],
  ] as const)('opens %s by its %s', async ([application, link], { expect }) => {
    const { widgetId } = await aPublisher()
    const { status, body } = await postJson({ widgetId, email: newEmail(), application })
    expect(status).toBe(201)
    expect(body.openUrl).toBe(body.calendarUrl[link])
  })

  it('keeps what the person, the page and the edge say', async ({ expect }) => {
    const publisher = await aPublisher()
    const email = newEmail()
    const userAgent = 'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X)'
    const { body } = await postJson(
      {
        widgetId: publisher.widgetId,
        email,
        application: 'apple',
        first_name: 'Ann',
        last_name: 'O’Neil',
        gender: 'f',
        mobileNumber: '0412 345 678',
        tags: ['vip', 'x'],
        optin: 'yes',
        optin3: true,
        subscriber_reference: 'loan-7',
        data: { loan: 7, deep: { a: [1] } },
      },
      {
        headers: { 'CF-Connecting-IP': '203.0.113.7', 'User-Agent': userAgent },
        cf: {
          city: 'Melbourne',
          region: 'Victoria',
          regionCode: 'VIC',
          country: 'AU',
          postalCode: '3000',
          latitude: '-37.8136',
          longitude: '144.9631',
          timezone: 'Australia/Melbourne',
        },
      },
    )
    const { data } = await publisher.api.get(`/subscriber/${body.ecalId}`)
    const fingerprint = data.fingerprint
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/)
    expect(data).toMatchObject({
      subscriptionWidgetId: publisher.widgetId,
      email,
      first_name: 'Ann',
      last_name: 'O’Neil',
      gender: 'f',
      mobile: '0412 345 678',
      applications: [{ name: 'apple', ip: '203.0.113.7', fingerprint, os: 'iOS', device: 'Tablet' }],
      location: {
        city_name: 'Melbourne',
        country_name: 'Australia',
        country_code: 'AU',
        state_name: 'Victoria',
        state_code: 'VIC',
        timezone: 'Australia/Melbourne',
        zip_code: '3000',
        latitude: -37.8136,
        longitude: 144.9631,
      },
      country: 'AU',
      zip: '3000',
      ip: '203.0.113.7',
      os: 'iOS',
      device: 'Tablet',
      source: 'API V3',
      reference: 'loan-7',
      optin: true,
      secondary_optin: false,
      optin3: true,
      custom_fields: [
        { name: 'loan', value: 7 },
        { name: 'deep', value: { a: [1] } },
      ],
      totalActivity: 1,
      emailVerified: false,
    })
    expect(data.data.tags).toEqual(['vip', 'x'])
    expect(data.data.mobileFull).toBe('+61412345678')
  })

  it('gives one fingerprint to one client of a publisher', async ({ expect }) => {
    const [one, two] = [await aPublisher(), await aPublisher()]
    const fingerprint = async (publisher: typeof one, ip: string, userAgent: string) => {
      const email = newEmail()
      const headers = { 'CF-Connecting-IP': ip, 'User-Agent': userAgent }
      await postJson({ widgetId: publisher.widgetId, email, application: 'apple' }, { headers })
      return (await publisher.api.get(`/subscriber/${email}`)).data.fingerprint
    }
    const first = await fingerprint(one, '203.0.113.7', 'a')
    expect(await fingerprint(one, '203.0.113.7', 'a')).toBe(first)
    expect(await fingerprint(one, '203.0.113.8', 'a')).not.toBe(first)
    expect(await fingerprint(one, '203.0.113.7', 'b')).not.toBe(first)
    expect(await fingerprint(two, '203.0.113.7', 'a')).not.toBe(first)
  })

  it('needs no place, address or device', async ({ expect }) => {
    const publisher = await aPublisher()
    const { body } = await postJson(
      { widgetId: publisher.widgetId, email: newEmail(), application: 'apple' },
      { cf: { country: 'T1', latitude: 'north' } },
    )
    const { data } = await publisher.api.get(`/subscriber/${body.ecalId}`)
    expect(data.location).toEqual({
      city_name: '',
      country_name: '',
      country_code: 'T1',
      state_name: '',
      state_code: '',
      timezone: '',
      zip_code: '',
      latitude: null,
      longitude: null,
    })
    expect(data).toMatchObject({ ip: '', os: 'Other', device: 'Desktop' })
  })

  it('ignores fields that it doesn’t know, whatever they are called', async ({ expect }) => {
    const { widgetId } = await aPublisher()
    const email = newEmail()
    const { status } = await postJson(
      `{"widgetId":"${widgetId}","email":"${email}","application":"apple","nonsense":[1],
        "__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},
        "data":{"__proto__":{"polluted":true},"ok":1}}`,
    )
    expect(status).toBe(201)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('names the publisher’s feed as its widget does', async ({ expect }) => {
    const publisher = await aPublisher()
    await setWidget(publisher, { ics_filename: 'Payments / 2030' })
    const { body } = await postJson({ widgetId: publisher.widgetId, email: newEmail(), application: 'apple' })
    expect(body.openUrl).toMatch(
      /^webcal:\/\/daybook\.example\/ecal-sub\/[0-9a-f]{32}\/Payments%20%2F%202030\.ics$/,
    )
  })
})

describe('the calendars that a sign-up follows', () => {
  it('are all of the widget’s, unless it says which', async ({ expect }) => {
    const publisher = await aPublisher()
    const { widgetId } = publisher
    const own = [await aCalendar(publisher), await aCalendar(publisher)]
    const other = await aCalendar(publisher, { reference: 'club-1', categories: 'Sports/Club' })
    await setWidget(publisher, { calendar_ids: JSON.stringify(own) })
    const followed = async (choice: Record<string, unknown>) => {
      const { status, body } = await postJson({
        widgetId,
        email: newEmail(),
        application: 'apple',
        ...choice,
      })
      expect(status).toBe(201)
      const { data } = await publisher.api.get(`/subscriber/${body.ecalId}`)
      expect(data.data.privateCalIds).toHaveLength(1)
      return data.data.calIds.filter((id: string) => id !== data.data.privateCalIds[0])
    }
    expect(await followed({})).toEqual(own)
    expect(await followed({ calendarIds: [] })).toEqual([])
    expect(await followed({ calendarIds: [other, own[0], other] })).toEqual([other, own[0]])
    expect(await followed({ calendar_reference: 'club-1' })).toEqual([other])
    expect(await followed({ category: 'Club' })).toEqual([other])
    expect(await followed({ category: 'Unknown' })).toEqual([])
    expect(await followed({ calendarIds: [own[1]], calendar_reference: 'x', category: 'Club' })).toEqual([
      own[1],
    ])
  })

  it('may be repeated or a comma list in a form, and none where its list was left empty', async ({
    expect,
  }) => {
    const publisher = await aPublisher()
    const { widgetId } = publisher
    const [a = '', b = '', c = ''] = await Promise.all([1, 2, 3].map(() => aCalendar(publisher)))
    await setWidget(publisher, { calendar_ids: JSON.stringify([a, b]) })
    const followed = async (ids: string[]) => {
      const email = newEmail()
      const answer = await postForm([
        ['widgetId', widgetId],
        ['email', email],
        ['application', 'apple'],
        ...ids.map((id): [string, string] => ['calendarIds', id]),
      ])
      expect(answer.status).toBe(201)
      const { data } = await publisher.api.get(`/subscriber/${email}`)
      expect(data.source).toBe('Widget')
      return data.data.calIds.slice(0, -1)
    }
    expect(await followed([])).toEqual([a, b])
    expect(await followed([''])).toEqual([])
    expect(await followed(['', c, a])).toEqual([c, a])
    expect(await followed([`${c}, ${b}`, a])).toEqual([c, b, a])
  })

  it('are at most 200, even where a category has more', async ({ expect }) => {
    const publisher = await aPublisher()
    await env.DB.prepare(
      `INSERT INTO calendars (id, publisher_id, kind, name, categories, timezone, created_at, modified_at)
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 201)
       SELECT printf('%012x%012x', ?1, i), ?1, 'public', 'C', 'Many', 'UTC', 0, 0 FROM n`,
    )
      .bind(publisher.id)
      .run()
    const { status, body } = await postJson({
      widgetId: publisher.widgetId,
      email: newEmail(),
      application: 'apple',
      category: 'Many',
    })
    expect([status, body]).toEqual([409, { status: '409', statusLong: 'Limit reached.' }])
    expect(await countOf('subscribers', publisher)).toBe(0)
  })
})
