import { env } from 'cloudflare:workers'
import { onTestFinished } from 'vitest'
import { runCron } from './crons'
import { aCalendar } from './events'
import { aHost } from './network'
import type { Answer, TestPublisher } from './publisher'
import { atTime } from './time'

/** An ICS address elsewhere. */
export type TestSource = {
  readonly url: string
  readonly host: string
  /** The requests that came, each as its path and headers. */
  readonly asked: { path: string; headers: Headers }[]
  /** What it answers from now on. */
  answer: (request: Request) => Response | Promise<Response>
}

/** A calendar's text with these components. */
export function ics(...components: string[]): string {
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Club//EN', ...components, 'END:VCALENDAR', '']
  return lines.join('\n').replaceAll('\n', '\r\n')
}

/** A VEVENT; `lines` come after its UID. */
export function vevent(uid: string, ...lines: string[]): string {
  return ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20300101T000000Z', ...lines, 'END:VEVENT'].join('\n')
}

/** A VEVENT of one hour on a day of May 2030. */
export function match(uid: string, name: string, day = 1): string {
  const date = `203005${String(day).padStart(2, '0')}`
  return vevent(uid, `SUMMARY:${name}`, `DTSTART:${date}T090000Z`, `DTEND:${date}T100000Z`)
}

/** An address that answers with a text. */
export function aSource(text = ics()): TestSource {
  const asked: TestSource['asked'] = []
  const host = aHost((request) => {
    asked.push({ path: new URL(request.url).pathname, headers: request.headers })
    return source.answer(request)
  })
  // Runs of other tests are to find nothing of this one.
  onTestFinished(async () => {
    await env.DB.prepare('DELETE FROM calendar_sources WHERE source = ?').bind(source.url).run()
  })
  const answer = () => new Response(text, { headers: { 'Content-Type': 'text/calendar' } })
  const source: TestSource = { url: `https://${host}/club.ics`, host, asked, answer }
  return source
}

export type Sourced = TestPublisher & {
  calendarId: string
  source: TestSource
  /** Looks at what is due a number of minutes from now. */
  look: (minutes?: number) => Promise<void>
  /** What the source says from now on, looked at 15 minutes after the look before. */
  says: (...components: string[]) => Promise<void>
  calendar: () => Promise<Answer['data']>
  events: (query?: Record<string, string>) => Promise<Answer['data'][]>
  error: () => Promise<string>
}

/** A calendar of a publisher whose source says something; it was looked at once. */
export async function aSourcedCalendar(
  publisher: TestPublisher,
  components: string[],
  values: Record<string, unknown> = {},
): Promise<Sourced> {
  const source = aSource(ics(...components))
  const calendarId = await aCalendar(publisher.api, { source: source.url, ...values })
  const begin = Date.now()
  let minutes = 0
  const look = async (later = 15) => {
    minutes += later
    await atTime(begin + minutes * 60_000, () => runCron('* * * * *'))
  }
  const calendar = async () => (await publisher.api.get(`/calendar/${calendarId}`)).data
  await look(0.01)
  return {
    ...publisher,
    calendarId,
    source,
    look,
    says: async (...now) => {
      source.answer = () => new Response(ics(...now))
      await look()
    },
    calendar,
    events: async (query = {}) => {
      const all = { calendarIds: calendarId, showPastEvents: 'true', showDraft: 'true', ...query }
      return (await publisher.api.get('/event', all)).data
    },
    error: async () => (await calendar()).sourceStatus.error,
  }
}
