import { describe, it } from 'vitest'
import { aBiller, anAccount, aSchedule } from '../payments/support'
import { aCalendar, anEvent, aPerson } from './records'
import { type Page, signIn } from './support'

/** A text that turns the direction of all that follows it, up to where what it stands in ends. */
const TURNING = '\u202eevil'

/** Elements at whose end a turn ends: by themselves, or by the style sheet. */
const ENDING = ['bdi', 'a', 'span', 'strong', 'mark', 'code', 'td', 'dd', 'h1', 'option', 'textarea', 'p']

/** What follows each turning text of a page and would be turned with it. */
function turned({ html }: Page): string[] {
  const body = html.slice(html.indexOf('</title>')).replace(/="[^"]*"/g, '=""')
  const [, ...followings] = body.replaceAll(`${TURNING}@example.com`, TURNING).split(TURNING)
  return followings.flatMap((following) => {
    const [, text = '', element = ''] = /^([^<]*)<\/(\w+)>/.exec(following) ?? []
    const isAlone = ENDING.includes(element) && (element === 'bdi' || text.trim() === '')
    return isAlone ? [] : [following.slice(0, 80)]
  })
}

describe('a text that turns the direction of writing', () => {
  it('turns nothing beside itself on the pages that show it', async ({ expect }) => {
    const { publisher, biller } = await aBiller()
    const calendar = await aCalendar(publisher, { name: TURNING })
    const event = await anEvent(publisher, {
      ...{ calendarId: calendar.id, name: TURNING, location: TURNING, recurrence: 'FREQ=WEEKLY' },
    })
    const person = await aPerson(publisher, {
      ...{ first_name: '', last_name: TURNING, email: `ann${TURNING}@example.com` },
    })
    await publisher.api.post(`/subscriber/${person.ecalId}/tokens`, { name: TURNING })
    await publisher.api.post(`/subscriber/${person.ecalId}/subscriptions/add`, { calendarIds: [calendar.id] })
    await anAccount(biller, 'A1')
    await aSchedule(biller, { scheduleDescription: TURNING, externalScheduleId: TURNING })
    const admin = await signIn(publisher.id, { firstName: '', lastName: TURNING })
    const asked = [
      await admin.send(calendar.path, `${calendar.path}/delete`),
      await admin.send(event.path, `${event.path}/delete`),
      await admin.send(person.path, `${person.path}/unsubscribe`),
      await admin.send(person.path, `${person.path}/confirm-email`),
    ]
    const looked = await Promise.all(
      [
        ...['/portal', '/portal/calendars', calendar.path, `${calendar.path}?month=2040-05`, event.path],
        ...['/portal/subscribers', `/portal/subscribers?q=${encodeURIComponent(TURNING)}`, person.path],
        ...['/portal/payments/A1', '/portal/users', `/portal/payments?q=${encodeURIComponent(TURNING)}`],
      ].map((path) => admin.get(path)),
    )
    for (const page of [...asked, ...looked]) {
      expect(page.status).toBe(200)
      expect(page.html).toContain(TURNING)
      expect(turned(page)).toEqual([])
    }
  })
})
