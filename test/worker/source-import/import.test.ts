import { describe, it } from 'vitest'
import { aPublisher, feedText, fetchWorker } from '../../support/publisher'
import { logged } from '../../support/rows'
import { aSourcedCalendar, match, vevent } from '../../support/source'

describe('a calendar with a source', () => {
  it('has the events of its source within a minute, and says when it looked', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'Round 1'), match('b', 'Round 2', 2)])
    expect(
      (await club.events()).map(({ name, startDate, startTime, timezone }) => [
        name,
        startDate,
        startTime,
        timezone,
      ]),
    ).toEqual([
      ['Round 1', '2030-05-01', '09:00', 'UTC'],
      ['Round 2', '2030-05-02', '09:00', 'UTC'],
    ])
    expect((await club.calendar()).sourceStatus).toEqual({
      lastFetched: expect.stringMatching(/Z$/),
      error: '',
    })
  })

  it('changes, adds and deletes what its source does, and touches nothing else', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [
      match('a', 'A'),
      match('b', 'B', 2),
      match('c', 'C', 3),
    ])
    const [a, b, c] = await club.events()
    const rows = await logged(() => club.says(match('a', 'A'), match('b', 'B moved', 4), match('d', 'D', 5)))
    expect(
      rows.map(({ op, entity_id, actor, message, stream }) => [op, entity_id, actor, message, stream]),
    ).toEqual([
      ['event.deleted', c.id, 'cron', 'event.deleted', `calendar:${club.calendarId}`],
      ['event.updated', b.id, 'cron', 'event.updated', `calendar:${club.calendarId}`],
      ['event.created', expect.any(String), 'cron', 'event.created', `calendar:${club.calendarId}`],
    ])
    const [a2, b2, d] = await club.events()
    expect(a2).toEqual(a)
    expect(b2).toMatchObject({ id: b.id, name: 'B moved', startDate: '2030-05-04', sequence: 1 })
    expect(d).toMatchObject({ name: 'D', sequence: 0 })
    const feed = await feedText(fetchWorker(new URL((await club.calendar()).feed).pathname))
    expect(feed).toContain(`UID:${c.id}@daybook`)
    expect(feed).toContain('STATUS:CANCELLED')
  })

  it('is not changed by a source that only says that it was made anew', async ({ expect }) => {
    const club = await aSourcedCalendar(await aPublisher(), [match('a', 'A')])
    const path = new URL((await club.calendar()).feed).pathname
    const etag = (await fetchWorker(path)).headers.get('ETag')
    const rows = await logged(() =>
      club.says(
        match('a', 'A')
          .replace('DTSTAMP:2030', 'DTSTAMP:2031')
          .replace('END:VEVENT', 'SEQUENCE:9\nEND:VEVENT'),
      ),
    )
    expect(rows).toEqual([])
    expect((await fetchWorker(path)).headers.get('ETag')).toBe(etag)
  })

  it('leaves alone what the publisher made in it before', async ({ expect }) => {
    const publisher = await aPublisher()
    const club = await aSourcedCalendar(publisher, [match('a', 'A')])
    await publisher.api.put(`/calendar/${club.calendarId}`, { source: '' })
    await publisher.api.post('/event', {
      calendarId: club.calendarId,
      name: 'Ours',
      startDate: '2030-05-09',
      allDay: true,
    })
    await publisher.api.put(`/calendar/${club.calendarId}`, { source: club.source.url })
    const before = await club.events()
    const rows = await logged(() => club.look())
    expect(rows).toEqual([])
    expect(await club.events()).toEqual(before)
    expect(before.map((each) => each.name)).toEqual(['A', 'Ours'])
    await club.says()
    expect((await club.events()).map((each) => each.name)).toEqual(['Ours'])
  })

  it('imports series with their exceptions', async ({ expect }) => {
    const zone = 'DTSTART;TZID=Europe/Berlin:20300506T190000'
    const club = await aSourcedCalendar(await aPublisher(), [
      vevent(
        's',
        'SUMMARY:Training',
        zone,
        'DURATION:PT90M',
        'RRULE:FREQ=WEEKLY;BYDAY=MO',
        'EXDATE;TZID=Europe/Berlin:20300513T190000',
      ),
      vevent(
        's',
        'RECURRENCE-ID:20300520T170000Z',
        'SUMMARY:Training indoors',
        'DTSTART;TZID=Europe/Berlin:20300521T200000',
        'DTEND;TZID=Europe/Berlin:20300521T213000',
        'LOCATION:Hall',
      ),
    ])
    const [series] = await club.events()
    expect(series).toMatchObject({
      name: 'Training',
      timezone: 'Europe/Berlin',
      startTime: '19:00',
      endTime: '20:30',
      recurrence: 'FREQ=WEEKLY;BYDAY=MO',
    })
    expect(series.exceptions).toEqual([
      { date: '2030-05-13T19:00', cancelled: true },
      {
        date: '2030-05-20T19:00',
        name: 'Training indoors',
        location: 'Hall',
        startDate: '2030-05-21',
        startTime: '20:00',
        endDate: '2030-05-21',
        endTime: '21:30',
      },
    ])
  })
})
