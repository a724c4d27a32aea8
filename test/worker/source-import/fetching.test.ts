import { env } from 'cloudflare:workers'
import { describe, it, vi } from 'vitest'
import { aPublisher } from '../../support/publisher'
import { logged } from '../../support/rows'
import { aSource, aSourcedCalendar, ics, match, type Sourced } from '../../support/source'

const club = async () => aSourcedCalendar(await aPublisher(), [match('a', 'A')])
const names = async ({ events }: Sourced) => (await events()).map(({ name }) => name)

describe('a look at a source', () => {
  it('asks only for what is new, and takes 304 for an answer', async ({ expect }) => {
    const { source, look, calendar } = await club()
    const headers = { ETag: '"v1"', 'Last-Modified': 'Tue, 01 Jan 2030 00:00:00 GMT' }
    source.answer = () => new Response(ics(match('a', 'B')), { headers })
    await look()
    const before = await calendar()
    source.answer = () => new Response(null, { status: 304 })
    const rows = await logged(() => look())
    expect(rows).toEqual([])
    const [first, , last] = source.asked
    expect(first?.headers.get('If-None-Match')).toBe(null)
    expect(last?.headers.get('If-None-Match')).toBe('"v1"')
    expect(last?.headers.get('If-Modified-Since')).toBe('Tue, 01 Jan 2030 00:00:00 GMT')
    expect(last?.headers.get('User-Agent')).toBe('Daybook-Import/1.0')
    const after = await calendar()
    expect(after.sourceStatus.error).toBe('')
    expect(after.sourceStatus.lastFetched > before.sourceStatus.lastFetched).toBe(true)
    expect({ ...after, sourceStatus: null }).toEqual({ ...before, sourceStatus: null })
  })

  it('asks for all of it once the calendar’s zone is another', async ({ expect }) => {
    const sourced = await aSourcedCalendar(await aPublisher(), [])
    sourced.source.answer = ({ headers }) => {
      if (headers.has('If-None-Match')) return new Response(null, { status: 304 })
      const floating = match('a', 'A').replaceAll('00Z', '00')
      return new Response(ics(floating), { headers: { ETag: '"v1"' } })
    }
    await sourced.look()
    expect((await sourced.events())[0].timezone).toBe('Australia/Melbourne')
    await sourced.api.put(`/calendar/${sourced.calendarId}`, { timezone: 'Europe/Berlin' })
    await sourced.look()
    expect((await sourced.events())[0]).toMatchObject({ timezone: 'Europe/Berlin', startTime: '09:00' })
  })

  it('leaves the calendar as it was where there is nothing to read, and says why', async ({ expect }) => {
    const sourced = await club()
    const whole = ics(match('a', 'A'), match('b', 'B', 2))
    const packed = new Response(whole).body?.pipeThrough(new CompressionStream('gzip'))
    const bytes = await new Response(packed).arrayBuffer()
    const cases: [() => Response | Promise<Response>, string][] = [
      [() => new Response('', { status: 404 }), 'Its server answered with status 404.'],
      [() => new Response('', { status: 500 }), 'Its server answered with status 500.'],
      [() => new Response(null, { status: 304 }), 'Its server answered with status 304.'],
      [() => Promise.reject(new TypeError('refused')), 'It could not be reached.'],
      [() => new Response('<html>Please sign in</html>'), 'web page'],
      [() => new Response('{}'), "doesn't begin with BEGIN:VCALENDAR"],
      [() => new Response(''), "doesn't begin with BEGIN:VCALENDAR"],
      [() => new Response(whole.slice(0, -40)), 'breaks off'],
      [() => new Response(bytes.slice(0, 60)), "doesn't begin with BEGIN:VCALENDAR"],
      [() => new Response(`${whole}${' '.repeat(8 * 1024 * 1024)}`), 'larger than 8 MiB'],
      [() => Response.redirect('http://club.com/a.ics'), 'sent on to an address that is refused'],
    ]
    const before = await sourced.events()
    const rows = await logged(async () => {
      for (const [answer, reason] of cases) {
        sourced.source.answer = answer
        await sourced.look(24 * 60)
        expect(await sourced.error()).toContain(reason)
      }
    })
    // The same cron tells of others' things.
    expect(rows.filter((row) => row.publisher_id === sourced.id)).toEqual([])
    expect(await sourced.events()).toEqual(before)
    sourced.source.answer = () => new Response(whole)
    await sourced.look(24 * 60)
    expect(await sourced.error()).toBe('')
    expect(await names(sourced)).toEqual(['A', 'B'])
  })

  it('clears what it said of a failure when the source is what it was', async ({ expect }) => {
    const sourced = await club()
    const good = sourced.source.answer
    sourced.source.answer = () => new Response('', { status: 503 })
    await sourced.look()
    expect(await sourced.error()).not.toBe('')
    sourced.source.answer = good
    const rows = await logged(() => sourced.look())
    expect(rows.filter((row) => row.publisher_id === sourced.id)).toEqual([])
    expect(await sourced.error()).toBe('')
  })

  it('reads what is packed, and stops where it unpacks to too much', async ({ expect }) => {
    const sourced = await club()
    const pack = (text: string) =>
      new Response(new Response(text).body?.pipeThrough(new CompressionStream('gzip')))
    sourced.source.answer = () => pack(ics(match('a', 'Packed')))
    await sourced.look()
    expect(await names(sourced)).toEqual(['Packed'])
    sourced.source.answer = () => pack(' '.repeat(9 * 1024 * 1024))
    await sourced.look()
    expect(await sourced.error()).toContain('larger than 8 MiB')
  })

  it('never waits for ever', async ({ expect }) => {
    const sourced = await club()
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() =>
      AbortSignal.abort(new DOMException('', 'TimeoutError')),
    )
    sourced.source.answer = () => new Response(new ReadableStream({}))
    await sourced.look()
    vi.restoreAllMocks()
    expect(await sourced.error()).toBe('No whole answer came within 20 seconds.')
  })
})

describe('a source that sends on', () => {
  it('is followed from address to address, each of them judged', async ({ expect }) => {
    const sourced = await club()
    const moved = aSource(ics(match('a', 'Moved')))
    sourced.source.answer = (request) =>
      new URL(request.url).pathname === '/club.ics'
        ? new Response(null, { status: 302, headers: { Location: '/new.ics?a=1#top' } })
        : Response.redirect(moved.url, 301)
    await sourced.look()
    expect(await sourced.error()).toBe('')
    expect(await names(sourced)).toEqual(['Moved'])
    expect(sourced.source.asked.slice(1).map(({ path }) => path)).toEqual(['/club.ics', '/new.ics'])
  })

  it('leads nowhere that a webhook may not go', async ({ expect }) => {
    const sourced = await club()
    for (const address of [
      'https://127.0.0.1/',
      'https://10.0.0.1/',
      'http://club.com/',
      'https://localhost/',
      'https://[::1]/',
      'https://a.internal/',
      'https://2130706433/',
      'ftp://club.com/',
      'https://club.com:8443/',
      'https://a:b@club.com/',
      'https://',
    ]) {
      sourced.source.answer = () => new Response(null, { status: 307, headers: { Location: address } })
      await sourced.look(24 * 60)
      expect(await sourced.error(), address).toContain('sent on to an address that is refused')
    }
  })

  it('is left after five times', async ({ expect }) => {
    const sourced = await club()
    sourced.source.answer = ({ url }) => Response.redirect(`${url}x`)
    await sourced.look()
    expect(await sourced.error()).toBe('It was sent on more than 5 times.')
    expect(sourced.source.asked).toHaveLength(1 + 6)
  })

  it('is judged again where it was saved under other rules', async ({ expect }) => {
    const sourced = await club()
    await env.DB.prepare("UPDATE calendars SET source = 'https://127.0.0.1/a.ics' WHERE id = ?")
      .bind(sourced.calendarId)
      .run()
    await env.DB.prepare(
      "UPDATE calendar_sources SET source = 'https://127.0.0.1/a.ics' WHERE calendar_id = ?",
    )
      .bind(sourced.calendarId)
      .run()
    await sourced.look()
    expect(await sourced.error()).toContain('The address is refused')
    expect(sourced.source.asked).toHaveLength(1)
  })
})
