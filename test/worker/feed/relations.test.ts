import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, aService, relate, type TestPerson } from '../../support/apps'
import { aPublisher, feedText, summaries } from '../../support/publisher'

/** A publisher with a service and a person. */
async function aScene() {
  const publisher = await aPublisher()
  const [service, ann] = [await aService(publisher), await aPerson(publisher)]
  return { publisher, service, ann }
}

/** The lines of one event in a person's feed; '' where it isn't there. */
async function eventLines(person: TestPerson, eventId: string): Promise<string> {
  const text = await feedText(person.feed())
  return text.split('BEGIN:VEVENT').find((part) => part.includes(`UID:${eventId}@daybook`)) ?? ''
}

describe('a direct relation in the feed', () => {
  it('is tentative while it waits, the event’s own status once acknowledged, and gone when declined', async ({
    expect,
  }) => {
    const { publisher, service, ann } = await aScene()
    const event = await anEvent(publisher, await aCalendar(publisher), { name: 'Dinner' })
    const id = await relate(service, event, ann.ecalId, { is_invitation: true, message: 'Secret words' })
    const etags = new Set<string | null>()
    const lines = async () => {
      etags.add((await ann.feed()).headers.get('ETag'))
      return eventLines(ann, event)
    }
    const waiting = await lines()
    expect(waiting).toContain('STATUS:TENTATIVE')
    expect(waiting).not.toContain('Secret')
    expect(waiting).not.toContain('ATTENDEE')
    await ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: 'attending' })
    expect(await lines()).toContain('STATUS:CONFIRMED')
    await ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: 'not_attending' })
    expect(await lines()).toBe('')
    await ann.app.patch(`/event-subscriptions/${id}`, { rsvp_status: 'not_replied' })
    expect(await lines()).toContain(`UID:${event}@daybook`)
    expect(etags.size).toBe(4)
  })

  it('keeps a cancelled event cancelled, and follows changes of the event itself', async ({ expect }) => {
    const { publisher, service, ann } = await aScene()
    const event = await anEvent(publisher, await aCalendar(publisher))
    await relate(service, event, ann.ecalId)
    await publisher.api.put(`/event/${event}`, { status: 'cancelled', name: 'Called off' })
    const lines = await eventLines(ann, event)
    expect(lines).toContain('STATUS:CANCELLED')
    expect(lines).toContain('SUMMARY:Called off')
    await publisher.api.put(`/event/${event}`, { draft: 1 })
    expect(await eventLines(ann, event)).toBe('')
    await publisher.api.put(`/event/${event}`, { draft: 0 })
    expect(await eventLines(ann, event)).toContain('STATUS:CANCELLED')
    await publisher.api.delete(`/event/${event}`)
    expect(await eventLines(ann, event)).toBe('')
  })

  it('stands once: at the calendar’s place where one holds the event, else after all calendars', async ({
    expect,
  }) => {
    const { publisher, service, ann } = await aScene()
    const [followed, other] = [
      await aCalendar(publisher),
      await aCalendar(publisher, 'Other', { categories: 'Sports' }),
    ]
    const inBoth = await anEvent(publisher, followed, { name: 'Early', startDate: '2040-01-01' })
    await anEvent(publisher, followed, { name: 'Late', startDate: '2040-02-01' })
    const alone = await anEvent(publisher, other, { name: 'Alone', startDate: '2039-01-01' })
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds: [followed] })
    await relate(service, inBoth, ann.ecalId)
    await relate(service, alone, ann.ecalId)
    expect((await summaries(ann.feed())).slice(1)).toEqual(['Early', 'Late', 'Alone'])
    expect(await eventLines(ann, inBoth)).toContain('STATUS:TENTATIVE')
    expect(await eventLines(ann, alone)).not.toContain('CATEGORIES')
  })
})

describe('an answer in the feed', () => {
  it('leaves out what a person declined, and shows of an invited calendar only what they acknowledged', async ({
    expect,
  }) => {
    const { publisher, ann } = await aScene()
    const [followed, invited] = [await aCalendar(publisher), await aCalendar(publisher, 'Invited')]
    const declined = await anEvent(publisher, followed, { name: 'Declined' })
    await anEvent(publisher, followed, { name: 'Kept' })
    const taken = await anEvent(publisher, invited, { name: 'Taken' })
    await anEvent(publisher, invited, { name: 'Left' })
    const follow = (calendarIds: string[], permission: string) =>
      publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/add`, { calendarIds, permission })
    await follow([followed], 'subscribed_read')
    await follow([invited], 'invited_read')
    expect((await summaries(ann.feed())).slice(1).sort()).toEqual(['Declined', 'Kept'])
    await ann.app.patch(`/event-subscriptions/${declined}_${ann.ecalId}`, { rsvp_status: 'not_attending' })
    await ann.app.patch(`/event-subscriptions/${taken}_${ann.ecalId}`, { permission: 'subscribed_read' })
    expect((await summaries(ann.feed())).slice(1)).toEqual(['Kept', 'Taken'])
    await publisher.api.post(`/subscriber/${ann.ecalId}/subscriptions/remove`, { calendarIds: [invited] })
    expect((await summaries(ann.feed())).slice(1)).toEqual(['Kept'])
  })
})
