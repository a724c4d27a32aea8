import type { FC } from 'hono/jsx'
import type { BusinessRow, ScheduleState as StateOfDay } from '../../../domain/payments'
import type { ShownSchedule } from '../../../domain/portal/payments'
import { dayOnly, money } from '../format'
import { ButtonForm, Empty, State, Table } from '../parts'

/** Payment dates of an account. `csrf`: null for whoever may not delete them. */
export const ScheduleTable: FC<{
  schedules: readonly ShownSchedule[]
  business: Pick<BusinessRow, 'currency'>
  path: string
  csrf: string | null
}> = ({ schedules, business, path, csrf }) => {
  if (schedules.length === 0) {
    return (
      <Empty title="There is no payment date yet">
        <p>Your billing system adds them; here they can be added one by one.</p>
      </Empty>
    )
  }
  const heads = ['Due', 'Amount', 'What for', 'State', ...(csrf === null ? [] : [''])]
  return (
    <Table caption="Payment dates" heads={heads}>
      {schedules.map(({ schedule, state, isDeletable }) => (
        <tr>
          <th scope="row" class="when">
            {dayOnly(schedule.startDate)}
          </th>
          <td class="number" data-label="Amount">
            {money(schedule.installmentCents, business.currency)}
          </td>
          <td>
            <bdi>{schedule.payDesc}</bdi>
            <span class="soft about">
              No. {schedule.scheduleNo}
              {schedule.externalIdentifier === '' ? null : (
                <>
                  , yours <bdi>{schedule.externalIdentifier}</bdi>
                </>
              )}
            </span>
          </td>
          <td>
            <ScheduleState state={state} />
            {schedule.statusNote === '' ? null : <span class="soft about">{schedule.statusNote}</span>}
          </td>
          {csrf === null ? null : (
            <td class="actions">
              {isDeletable ? (
                <ButtonForm
                  action={`${path}/schedules/${schedule.scheduleNo}/delete`}
                  csrf={csrf}
                  label={`Delete the payment date ${schedule.scheduleNo}`}
                >
                  Delete
                </ButtonForm>
              ) : null}
            </td>
          )}
        </tr>
      ))}
    </Table>
  )
}

/** The state of a payment, in words. */
export const ScheduleState: FC<{ state: StateOfDay }> = ({ state: { status, date } }) => {
  switch (status) {
    case 'upcoming':
      return <State kind="over">Upcoming</State>
    case 'due':
      return <State kind="waiting">Due today</State>
    case 'promised':
      return <State kind="waiting">Promised for {dayOnly(date)}</State>
    case 'overdue':
      return <State kind="bad">Overdue since {dayOnly(date)}</State>
    case 'failed':
      return <State kind="bad">Failed on {dayOnly(date)}</State>
    case 'paid':
      return <State kind="good">Paid on {dayOnly(date)}</State>
  }
}
