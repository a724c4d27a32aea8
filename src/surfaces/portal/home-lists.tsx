import type { FC } from 'hono/jsx'
import { isAtLeast, type Role } from '../../domain/marketplace/roles'
import type { Attention } from '../../domain/portal/attention'
import type { ComingPayment } from '../../domain/portal/coming'
import type { ComingEvents } from '../../domain/portal/coming-events'
import { repetitionInWords } from './events/repetition'
import { dayOnly, money } from './format'
import { State, Time } from './parts'
import { ScheduleState } from './payments/schedules'
import { EndpointState, endpointName } from './webhooks/parts'

/** What asks for somebody: each thing leads to where it is mended, for those who may read that. An import stands below. */
export const Needs: FC<{ attention: Attention; hasImport: boolean; role: Role; zone: string }> = ({
  attention: { endpoints, failedBills },
  hasImport,
  role,
  zone,
}) => {
  const seesBills = isAtLeast(role, 'Admin')
  const bills = seesBills ? failedBills : 0
  if (endpoints.length === 0 && bills === 0) return hasImport ? null : <p>Nothing just now.</p>
  return (
    <ul class="needs">
      {endpoints.map((endpoint) => (
        <li>
          <EndpointState endpoint={endpoint} />
          <a href={`/portal/webhooks/${endpoint.id}`}>{endpointName(endpoint)}</a>
          {endpoint.failingSince === null ? null : (
            <span class="soft">
              {' '}
              has failed since <Time at={endpoint.failingSince} zone={zone} />
            </span>
          )}
        </li>
      ))}
      {bills === 0 ? null : (
        <li>
          <State kind="bad">{bills === 1 ? 'A bill failed' : `${bills} bills failed`}</State>
          <a href="/portal/billing">Go to Billing</a>
        </li>
      )}
    </ul>
  )
}

/** The next payment dates and events. */
export const WhatIsDue: FC<{ payments: readonly ComingPayment[]; coming: ComingEvents }> = ({
  payments,
  coming: { events, isPartial },
}) => (
  <div class="due">
    <div>
      <h3>Payments</h3>
      {payments.length === 0 ? (
        <p class="soft">No payment date is to come.</p>
      ) : (
        <ul class="coming">
          {payments.map(({ accountId, cents, currency, state }) => (
            <li>
              <span class="day">{dayOnly(state.date)}</span>
              <span class="what">
                <a href={`/portal/payments/${accountId}`}>{accountId}</a>
                {state.status === 'upcoming' ? null : <ScheduleState state={state} />}
              </span>
              <span class="amount">{money(cents, currency)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
    <div>
      <h3>Events</h3>
      {events.length === 0 ? (
        <p class="soft">No event of a public calendar is to come.</p>
      ) : (
        <ul class="coming">
          {events.map((event) => (
            <li>
              <span class="day">{dayOnly(event.startDate)}</span>
              <span class="what">
                <a href={`/portal/events/${event.id}`}>{event.name}</a>
                <span class="soft">
                  <bdi>{event.calendarName}</bdi>
                  {event.allDay ? '' : `, ${event.startTime} (${event.timezone})`}
                  {event.recurrence === '' ? '' : `, ${repetitionInWords(event)}`}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {isPartial ? <p class="soft">Very many events repeat: not all of them were looked at.</p> : null}
    </div>
  </div>
)
