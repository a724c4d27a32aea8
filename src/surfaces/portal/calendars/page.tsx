import type { Child } from 'hono/jsx'
import type { Calendar } from '../../../domain/calendars/calendars'
import { publicFeedUrl } from '../../../domain/feeds/links'
import { isAtLeast } from '../../../domain/marketplace/roles'
import { countFollowers, readPublicCalendar, revisionOfCalendar } from '../../../domain/portal/calendars'
import { historyOf } from '../../../domain/portal/history'
import { eventsByDate, eventsOfDays } from '../../../domain/portal/listed-events'
import { publicOrigin } from '../../../env'
import { instantToWall } from '../../../platform/time-zone'
import { answerPage, type PageStatus } from '../answers'
import type { PortalCall } from '../environment'
import { EventForm } from '../events/form'
import { EventTable } from '../events/table'
import { type Entered, ZoneNames } from '../fields'
import { History } from '../history'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from '../pages'
import { Empty, Facts, Folded, Hidden, newFormId, Views } from '../parts'
import { Refusal } from '../refusals'
import { Copied } from '../secret'
import { CalendarFields, calendarTexts } from './form'
import { CalendarTags, countInWords } from './list'
import { daysOfMonth, Month } from './month'

export const CALENDARS = { path: '/portal/calendars', label: 'Calendars' } as const

export const pathOf = (calendarId: string) => `${CALENDARS.path}/${calendarId}`

/** A form of the page that came back with what is wrong with it. */
export type Rejected = {
  readonly create?: Entered & { readonly formId: string }
  readonly edit?: Entered & { readonly revision: number }
}

/** `GET /portal/calendars/{id}`: its events by date, by month with `?month=`, those that are over with `?past=1`. */
export async function answerCalendar(c: PortalCall): Promise<Response> {
  return showCalendar(c, await readPublicCalendar(c.var.context, c.req.param('id') ?? ''))
}

/** The page of a calendar; with a form that came back, and why. */
export async function showCalendar(
  c: PortalCall,
  calendar: Calendar,
  rejected: Rejected = {},
  status: PageStatus = 200,
): Promise<Response> {
  const { context, csrf, session } = c.var
  const path = pathOf(calendar.id)
  const zone = context.publisher.timezone
  const [events, followers, history] = await Promise.all([
    c.req.method === 'POST' ? null : showEvents(c, calendar),
    countFollowers(context, calendar.id),
    historyOf(context, 'calendar', calendar.id),
  ])
  const isImported = calendar.source !== ''
  const feed = calendar.draft ? '' : publicFeedUrl(publicOrigin(c.env, c.req.raw), calendar.id, calendar.name)
  const content = (
    <>
      <Facts
        facts={[
          ['Events', calendar.eventCount.toLocaleString('en')],
          ['Followers', countInWords(followers)],
          ['Time zone', calendar.timezone],
          ['Reference', calendar.reference],
          ['Categories', calendar.categories],
          ['Note', calendar.note],
          ['State', calendar.draft || isImported ? <CalendarTags calendar={calendar} /> : ''],
          ['Imported from', calendar.source],
          ['Last import', calendar.sourceError],
        ]}
      />
      {events}
      {isAtLeast(session.user.role, 'Member') ? (
        <section>
          {isImported ? (
            <p class="soft">Its events are imported, so they are changed where they come from.</p>
          ) : (
            <Folded label="New event" isOpen={rejected.create !== undefined}>
              <EventForm
                form="event"
                action={`${path}/events`}
                csrf={csrf}
                entered={rejected.create ?? { values: { timezone: calendar.timezone }, issues: [] }}
                formId={rejected.create?.formId ?? newFormId()}
                submit="Add the event"
              />
            </Folded>
          )}
          <Folded label="Change this calendar" isOpen={rejected.edit !== undefined}>
            <CalendarFields
              form="calendar"
              action={path}
              csrf={csrf}
              entered={rejected.edit ?? { values: calendarTexts(calendar), issues: [] }}
              revision={rejected.edit?.revision ?? revisionOfCalendar(calendar)}
              submit="Save"
            />
          </Folded>
          <ZoneNames />
          <form method="post" action={`${path}/delete`}>
            <Hidden csrf={csrf} />
            <button type="submit" class="quiet danger">
              Delete this calendar …
            </button>
          </form>
        </section>
      ) : null}
      {feed === '' ? null : <PublicAddress feed={feed} />}
      <History entries={history} zone={zone} />
      <p class="soft">Times are those of {zone}, where no other zone is named.</p>
    </>
  )
  return answerPage(c, calendar.name, content, status, { parent: CALENDARS })
}

const PublicAddress = ({ feed }: { feed: string }) => (
  <section>
    <h2>Public address</h2>
    <p>Anybody who adds this address to a calendar app follows this calendar.</p>
    <Copied id="feed" label="Address" value={feed} />
  </section>
)

async function showEvents(c: PortalCall, calendar: Calendar): Promise<Child> {
  const { context } = c.var
  const path = pathOf(calendar.id)
  const zone = context.publisher.timezone
  const today = instantToWall(context.now, zone).date
  const month = c.req.query('month')
  const isPast = c.req.query('past') === '1'
  const views = (
    <Views
      label="Ways to look at the events"
      views={[
        { path, label: 'Coming up', isCurrent: month === undefined && !isPast },
        { path: `${path}?month=${today.slice(0, 7)}`, label: 'Month', isCurrent: month !== undefined },
        { path: `${path}?past=1`, label: 'Past', isCurrent: month === undefined && isPast },
      ]}
    />
  )
  if (month !== undefined) {
    const days = daysOfMonth(month)
    if (days === null) throw new Refusal('not_found')
    const { events, isPartial } = await eventsOfDays(context, calendar.id, days.first, days.last)
    return (
      <>
        {views}
        <Month path={path} month={month} today={today} events={events} />
        {isPartial ? (
          <p class="note">
            More is on than one page shows: some events, or some dates of those that repeat, are left out
            here.
          </p>
        ) : null}
      </>
    )
  }
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const events = await eventsByDate(context, calendar.id, isPast, rowsOf(page))
  return (
    <>
      {views}
      {events.length > 0 ? (
        <EventTable
          caption={isPast ? 'Events that are over' : 'Events to come'}
          events={events.slice(0, PAGE_ROWS)}
          zone={zone}
        />
      ) : (
        <Empty title={isPast ? 'Nothing is over yet' : 'Nothing is coming up'}>
          <p>
            {isPast
              ? 'Events stand here once they have ended.'
              : 'What you add to this calendar shows up in the calendar apps of everybody who follows it.'}
          </p>
        </Empty>
      )}
      <Pager
        path={path}
        page={page}
        hasNext={events.length > PAGE_ROWS}
        query={isPast ? { past: '1' } : {}}
      />
    </>
  )
}
