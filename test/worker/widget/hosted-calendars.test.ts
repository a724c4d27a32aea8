import { describe, it } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { aCalendar, countOf, newEmail, openPage, postForm, setWidget } from './support'

describe('the calendars of the hosted page', () => {
  it('are those of the widget, in its order, all ticked', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const b = await aCalendar(publisher, { name: 'Second' })
    const a = await aCalendar(publisher, { name: 'First' })
    const draft = await aCalendar(publisher, { name: 'Draft', draft: 1 })
    await setWidget(publisher, { calendar_ids: JSON.stringify([b, draft, a]) })
    const { html } = await openPage({ apiKey, widgetId })
    expect(html.all('fieldset')).toHaveLength(1)
    expect(html.all('legend')).toHaveLength(1)
    const boxes = html.all('input').filter((tag) => tag.type === 'checkbox')
    expect(boxes.map((tag) => [tag.name, tag.value, 'checked' in tag])).toEqual([
      ['calendarIds', b, true],
      ['calendarIds', a, true],
    ])
    expect(html.fields.filter(([name]) => name === 'calendarIds').map(([, value]) => value)).toEqual([
      '',
      b,
      a,
    ])
  })

  it('are those that the link names: ids before references before a category', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const own = await aCalendar(publisher)
    const byId = await aCalendar(publisher)
    const byReference = await aCalendar(publisher, { reference: 'club/1' })
    const byCategory = await aCalendar(publisher, { categories: 'Sports/Basketball,Country/Australia' })
    const foreign = await aCalendar(await aPublisher())
    await setWidget(publisher, { calendar_ids: JSON.stringify([own]) })
    const offered = async (query: Record<string, string>) => {
      const { html } = await openPage({ apiKey, widgetId, ...query })
      return html
        .all('input')
        .filter((tag) => tag.type === 'checkbox')
        .map((tag) => tag.value)
    }
    expect(await offered({})).toEqual([own])
    expect(await offered({ category: 'Basketball' })).toEqual([byCategory])
    expect(await offered({ category: 'Basket' })).toEqual([])
    expect(await offered({ category: 'Basketball', calendar_reference: 'club/1,unknown' })).toEqual([
      byReference,
    ])
    expect(
      await offered({
        category: 'Basketball',
        calendar_reference: 'club/1',
        calendarIds: `${byId}, ${foreign},x,${own}`,
      }),
    ).toEqual([byId, own])
  })

  it('are followed without a list where the link skips it', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const calendarIds = [await aCalendar(publisher), await aCalendar(publisher)]
    const { html } = await openPage({
      apiKey,
      widgetId,
      calendarIds: calendarIds.join(','),
      skip_schedule_selection: 'true',
    })
    expect(html.all('fieldset')).toHaveLength(0)
    const sent = html.fields.filter(([name]) => name === 'calendarIds').map(([, value]) => value)
    expect(sent.filter((value) => value !== '')).toEqual(calendarIds)
    const email = newEmail()
    const fields = html.fields.filter(([name]) => name !== 'email')
    expect((await postForm([...fields, ['email', email], ['application', 'apple']])).status).toBe(201)
    const { data } = await publisher.api.get(`/subscriber/${email}`)
    expect(data.data.calIds.slice(0, 2)).toEqual(calendarIds)
  })

  it('are none where those that the link names are all gone, not those of the widget', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    await setWidget(publisher, { calendar_ids: JSON.stringify([await aCalendar(publisher)]) })
    const { html } = await openPage({ apiKey, widgetId, calendar_reference: 'last-year' })
    expect(html.all('fieldset')).toHaveLength(0)
    const email = newEmail()
    const fields = html.fields.filter(([name]) => name !== 'email')
    expect((await postForm([...fields, ['email', email], ['application', 'apple']])).status).toBe(201)
    const { data } = await publisher.api.get(`/subscriber/${email}`)
    expect(data.data.calIds).toEqual(data.data.privateCalIds)
  })

  it('are ticked up to the 50 that a sign-up may name', async ({ expect }) => {
    const publisher = await aPublisher()
    const { apiKey, widgetId } = publisher
    const calendarIds = await Promise.all(Array.from({ length: 51 }, () => aCalendar(publisher)))
    await setWidget(publisher, { calendar_ids: JSON.stringify(calendarIds) })
    const { html } = await openPage({ apiKey, widgetId })
    const boxes = html.all('input').filter((tag) => tag.type === 'checkbox')
    expect(boxes).toHaveLength(51)
    expect(boxes.filter((tag) => 'checked' in tag)).toHaveLength(50)
    const skipped = await openPage({ apiKey, widgetId, skip_schedule_selection: 'true' })
    const email = newEmail()
    const fields = skipped.html.fields.filter(([name]) => name !== 'email')
    expect((await postForm([...fields, ['email', email], ['application', 'apple']])).status).toBe(201)
    expect(await countOf('follows', publisher)).toBe(52)
  })
})
