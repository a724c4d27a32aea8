import { readCalendar } from '../../../domain/calendars/calendars'
import type { FoundEvent } from '../../../domain/events/read'
import { isAtLeast } from '../../../domain/marketplace/roles'
import { dropEvent, findEventById, keeperOf, saveEvent } from '../../../domain/portal/events'
import { historyOf } from '../../../domain/portal/history'
import { Overtaken } from '../../../domain/portal/revisions'
import { keepingExceptions } from '../../../domain/portal/series-times'
import { readSubscriber } from '../../../domain/subscribers/subscribers'
import { answerPage, type PageStatus, seeOther } from '../answers'
import { askToConfirm, isConfirmed } from '../confirm'
import type { PortalCall } from '../environment'
import { type Entered, entered, ZoneNames } from '../fields'
import { fullName } from '../format'
import { History } from '../history'
import { answerOvertaken, revisionIn } from '../overtaken'
import { Facts, Folded, Hidden } from '../parts'
import { Refusal } from '../refusals'
import type { PageLink } from '../shell'
import { changedEventOf, eventLabels, eventTexts, issuesOf, postedTexts } from './fields'
import { EventForm } from './form'
import { repetitionInWords } from './repetition'
import { EventTags } from './table'
import { whenInWords } from './times'

const pathOf = (id: string) => `/portal/events/${id}`

/** `GET /portal/events/{id}`: one event, public or private. */
export async function answerEvent(c: PortalCall): Promise<Response> {
  return showEvent(c, await findEventById(c.var.context, c.req.param('id') ?? ''))
}

async function showEvent(
  c: PortalCall,
  found: FoundEvent,
  rejected: (Entered & { readonly revision: number }) | null = null,
  status: PageStatus = 200,
): Promise<Response> {
  const { context, csrf } = c.var
  const { event } = found
  const path = pathOf(event.id)
  const zone = context.publisher.timezone
  const [parent, history] = await Promise.all([homeOf(c, found), historyOf(context, 'event', event.id)])
  const keeper = keeperOf(found)
  const content = (
    <>
      <Facts
        facts={[
          ['When', whenInWords(event, zone)],
          [
            'Repeats',
            event.recurrence === '' ? '' : repetitionInWords(event).replace(/^repeats ?/, '') || 'Yes',
          ],
          [event.ownerId === '' ? 'Calendar' : 'Private, of', <a href={parent.path}>{parent.label}</a>],
          ['Place', event.location],
          ['Details', event.details],
          [
            'Link',
            isLink(event.url) ? (
              <a href={event.url} rel="noreferrer">
                {event.url}
              </a>
            ) : (
              event.url
            ),
          ],
          ['Reference', event.reference],
          ['State', event.draft || event.status !== 'confirmed' ? <EventTags event={event} /> : ''],
        ]}
      />
      {keeper === null ? null : <p class="note">{keepers[keeper]}</p>}
      {keeper === null && mayWrite(c, found) ? (
        <section>
          <Folded label="Change this event" isOpen={rejected !== null}>
            <EventForm
              form="event"
              action={path}
              csrf={csrf}
              entered={rejected ?? { values: eventTexts(event, context.publisher), issues: [] }}
              revision={rejected?.revision ?? event.sequence}
              submit="Save"
              {...(event.recurrence === '' ? {} : { repetition: repetitionInWords(event) })}
            />
          </Folded>
          <ZoneNames />
          <form method="post" action={`${path}/delete`}>
            <Hidden csrf={csrf} />
            <button type="submit" class="quiet danger">
              Delete this event …
            </button>
          </form>
        </section>
      ) : null}
      <History entries={history} zone={zone} />
      <p class="soft">Times are those of {zone}, where no other zone is named.</p>
    </>
  )
  return answerPage(c, event.name, content, status, { parent })
}

const keepers = {
  source: 'This event is imported. It is changed where it comes from.',
  schedule: 'This event is a payment date. It follows its payment schedule.',
} as const

/** Whether a text that may be of an import is a link to follow. */
const isLink = (url: string) => /^https?:\/\//i.test(url)

/** Private events are a subscriber's: they take the role for subscribers (`marketplace.md` 5). */
const mayWrite = (c: PortalCall, { event }: FoundEvent) =>
  isAtLeast(c.var.session.user.role, event.ownerId === '' ? 'Member' : 'Power User')

/** The page that an event belongs to: its calendar's, or the person's whose private event it is. */
async function homeOf(c: PortalCall, { event }: FoundEvent): Promise<PageLink> {
  const { context } = c.var
  if (event.ownerId !== '') {
    const { subscriber } = await readSubscriber(context, event.ownerId)
    return { path: `/portal/subscribers/${event.ownerId}`, label: fullName(subscriber) }
  }
  const { name } = await readCalendar(context, event.calendarId)
  return { path: `/portal/calendars/${event.calendarId}`, label: name }
}

async function findToChange(c: PortalCall): Promise<FoundEvent> {
  const found = await findEventById(c.var.context, c.req.param('id') ?? '')
  if (!mayWrite(c, found)) throw new Refusal('role')
  const keeper = keeperOf(found)
  if (keeper !== null) throw new Refusal('forbidden', keepers[keeper])
  return found
}

/** `POST /portal/events/{id}`: changes it, unless somebody did meanwhile. */
export async function answerSaveEvent(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const found = await findToChange(c)
  const { event } = found
  const revision = revisionIn(form)
  try {
    const changed = changedEventOf(form, eventTexts(event, context.publisher))
    await saveEvent(context, event.id, revision, keepingExceptions(event, changed))
    return seeOther(c, pathOf(event.id), 'event_saved')
  } catch (error) {
    if (error instanceof Overtaken) return answerClash(c, event.id)
    const issues = issuesOf(error)
    if (issues === null) throw error
    return showEvent(c, found, { ...entered(form, issues), revision }, 422)
  }
}

async function answerClash(c: PortalCall, id: string): Promise<Response> {
  const { context, form } = c.var
  const { event } = await findEventById(context, id)
  const [now, sent] = [eventTexts(event, context.publisher), postedTexts(form)]
  return answerOvertaken(c, {
    action: pathOf(id),
    revision: event.sequence,
    versions: eventLabels.map(([name, label]) => ({ name, label, now: now[name], sent: sent[name] })),
    back: { path: pathOf(id), label: event.name },
  })
}

/** `POST /portal/events/{id}/delete`: asks first. */
export async function answerDeleteEvent(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const found = await findToChange(c)
  const { event } = found
  if (!isConfirmed(form)) {
    const whole = event.recurrence === '' ? '' : ' with all its repetitions'
    const from =
      event.ownerId === ''
        ? 'the calendar apps of everybody who follows its calendar'
        : 'the calendar app of the person whom it is for'
    return askToConfirm(c, {
      title: 'Delete this event?',
      action: `${pathOf(event.id)}/delete`,
      lost: (
        <>
          “<bdi>{event.name}</bdi>” ({whenInWords(event, context.publisher.timezone)}) goes{whole}, from here
          and from {from}. It can’t be brought back.
        </>
      ),
      yes: 'Delete the event',
      back: pathOf(event.id),
    })
  }
  const home = await homeOf(c, found)
  await dropEvent(context, event.id)
  return seeOther(c, home.path, 'event_deleted')
}
