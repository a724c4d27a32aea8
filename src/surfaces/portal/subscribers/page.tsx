import type { FC } from 'hono/jsx'
import { isAtLeast } from '../../../domain/marketplace/roles'
import { historyOf } from '../../../domain/portal/history'
import { type EventInList, eventsByDate } from '../../../domain/portal/listed-events'
import { calendarsToAdd, readConnections } from '../../../domain/portal/subscribers'
import {
  readSubscriber,
  resolveSubscriber,
  type SubscriberView,
} from '../../../domain/subscribers/subscribers'
import { readSeen } from '../../../usage'
import { answerPage, type PageStatus } from '../answers'
import type { PortalCall } from '../environment'
import { EventForm } from '../events/form'
import { EventTable } from '../events/table'
import { type Entered, ZoneNames } from '../fields'
import { dateAndTime, fullName } from '../format'
import { History } from '../history'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from '../pages'
import { type Fact, Facts, Folded, listed, newFormId, State, Table, Views, ZoneNote } from '../parts'
import { Refusal } from '../refusals'
import { Connected } from './connections'
import { ConfirmEmail, FollowForm, StopFollowing, Unsubscribe } from './forms'
import { SUBSCRIBERS } from './list'

export const pathOf = (ecalId: string) => `${SUBSCRIBERS.path}/${ecalId}`

/** `GET /portal/subscribers/{ecalId}`; who was merged stands under the survivor's id, too. */
export async function answerSubscriber(c: PortalCall): Promise<Response> {
  return showSubscriber(c, await resolveSubscriber(c.var.context, c.req.param('ecalId') ?? ''))
}

/** The page of a person; with what is wrong with a form that came back. */
export async function showSubscriber(
  c: PortalCall,
  id: string,
  rejected: { readonly create?: Entered & { readonly formId: string }; readonly follow?: string } = {},
  status: PageStatus = 200,
): Promise<Response> {
  const { context, csrf, session } = c.var
  const isPast = c.req.query('past') === '1'
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const mayWrite = isAtLeast(session.user.role, 'Power User')
  const [view, connections, history, offered, seen] = await Promise.all([
    readSubscriber(context, id),
    readConnections(context, id),
    historyOf(context, 'subscriber', id),
    mayWrite ? calendarsToAdd(context, id) : [],
    readSeen(c.env, context.publisher.id, [id]),
  ])
  const { privateCalendarId } = connections
  const events =
    privateCalendarId === null ? [] : await eventsByDate(context, privateCalendarId, isPast, rowsOf(page))
  const zone = context.publisher.timezone
  const path = pathOf(id)
  const content = (
    <>
      <Facts facts={profile(view, zone)} />
      {mayWrite && !view.emailVerified && view.subscriber.state === 'active' ? (
        <ConfirmEmail path={path} email={view.subscriber.email} csrf={csrf} />
      ) : null}
      <PrivateEvents path={path} events={events} isPast={isPast} page={page} zone={zone} />
      {mayWrite ? (
        <Folded label="New private event" isOpen={rejected.create !== undefined}>
          <p class="soft">
            Only <bdi>{fullName(view.subscriber)}</bdi> sees it.
          </p>
          <EventForm
            form="event"
            action={`${path}/private-events`}
            csrf={csrf}
            entered={rejected.create ?? { values: { timezone: zone }, issues: [] }}
            formId={rejected.create?.formId ?? newFormId()}
            submit="Add the event"
          />
          <ZoneNames />
        </Folded>
      ) : null}
      <Calendars view={view} path={path} csrf={mayWrite ? csrf : null} />
      {mayWrite ? (
        <FollowForm path={path} calendars={offered} error={rejected.follow ?? null} csrf={csrf} />
      ) : null}
      <Connected view={view} connections={connections} seen={seen} zone={zone} />
      <History entries={history} zone={zone} />
      {mayWrite ? <Unsubscribe path={path} csrf={csrf} /> : null}
      <ZoneNote zone={zone} />
    </>
  )
  return answerPage(c, fullName(view.subscriber), content, status, { parent: SUBSCRIBERS })
}

function profile({ subscriber, emailVerified }: SubscriberView, zone: string): Fact[] {
  const isActive = subscriber.state === 'active'
  return [
    [
      'State',
      isActive ? (
        <State kind="good">Connected</State>
      ) : (
        <State kind="waiting">Invited, not connected yet</State>
      ),
    ],
    ['E-mail', subscriber.email],
    [
      'Confirmed',
      subscriber.email === '' ? (
        ''
      ) : emailVerified ? (
        <State kind="good">Yes</State>
      ) : (
        <State kind="waiting">Not yet</State>
      ),
    ],
    ['Mobile', subscriber.mobileE164 || subscriber.mobile],
    ['Reference', subscriber.reference],
    ['Tags', listed(JSON.parse(subscriber.tags) as string[])],
    ['Connected', isActive ? dateAndTime(subscriber.subscribedAt, zone) : ''],
    ['Last active', isActive ? dateAndTime(subscriber.lastActiveAt, zone) : ''],
    ['Ecal id', <code>{subscriber.id}</code>],
  ]
}

const PrivateEvents: FC<{
  path: string
  events: readonly EventInList[]
  isPast: boolean
  page: number
  zone: string
}> = ({ path, events, isPast, page, zone }) => (
  <section>
    <h2>Private events</h2>
    <Views
      label="Private events"
      views={[
        { path, label: 'Coming up', isCurrent: !isPast },
        { path: `${path}?past=1`, label: 'Past', isCurrent: isPast },
      ]}
    />
    {events.length === 0 ? (
      <p class="soft">{isPast ? 'None is over.' : 'None is coming up.'}</p>
    ) : (
      <EventTable caption="Private events" events={events.slice(0, PAGE_ROWS)} zone={zone} />
    )}
    <Pager path={path} page={page} hasNext={events.length > PAGE_ROWS} query={isPast ? { past: '1' } : {}} />
  </section>
)

const Calendars: FC<{ view: SubscriberView; path: string; csrf: string | null }> = ({ view, path, csrf }) => {
  const followed = view.calendars.filter(({ isPrivate }) => !isPrivate)
  return (
    <section>
      <h2>Calendars followed</h2>
      {followed.length === 0 ? (
        <p class="soft">None beside the private one.</p>
      ) : (
        <Table caption="Calendars followed" heads={csrf === null ? ['Calendar'] : ['Calendar', '']}>
          {followed.map((calendar) => (
            <tr>
              <th scope="row">
                <a href={`/portal/calendars/${calendar.id}`}>{calendar.name}</a>
              </th>
              {csrf === null ? null : (
                <td class="actions">
                  <StopFollowing path={path} calendar={calendar} csrf={csrf} />
                </td>
              )}
            </tr>
          ))}
        </Table>
      )}
    </section>
  )
}
