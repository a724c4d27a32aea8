import type { FC } from 'hono/jsx'
import { isAtLeast } from '../../../domain/marketplace/roles'
import {
  type ListedCalendar,
  listWithFollowers,
  MOST_COUNTED,
  makeCalendar,
} from '../../../domain/portal/calendars'
import { newId } from '../../../platform/ids'
import { answerPage, type PageStatus, seeOther } from '../answers'
import type { PortalCall } from '../environment'
import { issuesOf } from '../events/fields'
import { type Entered, entered, ZoneNames } from '../fields'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from '../pages'
import { Empty, Folded, LinkedRow, newFormId, Table, Tag } from '../parts'
import { formIdOf } from '../read-form'
import { Refusal } from '../refusals'
import { CalendarFields, calendarOf } from './form'

const PATH = '/portal/calendars'

/** `GET /portal/calendars`: the company's calendars, with how many events and followers each has. */
export function answerCalendars(c: PortalCall): Promise<Response> {
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const values = { timezone: c.var.context.publisher.timezone }
  return show(c, page, { values, issues: [] }, newFormId())
}

async function show(
  c: PortalCall,
  page: number,
  form: Entered,
  formId: string,
  status: PageStatus = 200,
): Promise<Response> {
  const { context, csrf, session } = c.var
  const calendars = await listWithFollowers(context, rowsOf(page))
  const mayWrite = isAtLeast(session.user.role, 'Member')
  const content = (
    <>
      {calendars.length > 0 ? (
        <CalendarTable calendars={calendars.slice(0, PAGE_ROWS)} />
      ) : (
        <Empty title="No calendar yet">
          <p>
            A calendar holds events that everybody who follows it sees in their own calendar app: fixtures,
            opening hours, closing dates.
          </p>
          <p>{mayWrite ? 'Make the first one below.' : 'Members of your company can make one.'}</p>
        </Empty>
      )}
      <Pager path={PATH} page={page} hasNext={calendars.length > PAGE_ROWS} />
      {mayWrite ? (
        <Folded label="New calendar" isOpen={form.issues.length > 0 || calendars.length === 0}>
          <CalendarFields
            form="calendar"
            action={PATH}
            csrf={csrf}
            entered={form}
            formId={formId}
            submit="Make the calendar"
          />
          <ZoneNames />
        </Folded>
      ) : null}
    </>
  )
  return answerPage(c, 'Calendars', content, status)
}

const CalendarTable: FC<{ calendars: readonly ListedCalendar[] }> = ({ calendars }) => (
  <Table caption="Calendars" heads={['Calendar', 'Events', 'Followers', 'Time zone']}>
    {calendars.map((calendar) => (
      <LinkedRow
        href={`${PATH}/${calendar.id}`}
        name={calendar.name}
        note={<CalendarTags calendar={calendar} />}
      >
        <td class="number" data-label="Events">
          {calendar.eventCount.toLocaleString('en')}
        </td>
        <td class="number" data-label="Followers">
          {countInWords(calendar.followers)}
        </td>
        <td class="soft">{calendar.timezone}</td>
      </LinkedRow>
    ))}
  </Table>
)

export const CalendarTags: FC<{ calendar: Pick<ListedCalendar, 'draft' | 'source'> }> = ({ calendar }) => (
  <>
    {calendar.draft ? <Tag>Draft</Tag> : null}
    {calendar.source === '' ? null : <Tag>Imported</Tag>}
  </>
)

/** A number of followers, as far as they are counted. */
export function countInWords(followers: number): string {
  return followers > MOST_COUNTED
    ? `over ${MOST_COUNTED.toLocaleString('en')}`
    : followers.toLocaleString('en')
}

/** `POST /portal/calendars`: makes a calendar, once for each form. */
export async function answerNewCalendar(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const formId = formIdOf(form)
  try {
    const values = calendarOf(form, context.publisher.timezone)
    const { result } = await makeCalendar(context, { path: PATH, formId }, newId(), values)
    return seeOther(c, result === null ? PATH : `${PATH}/${result}`, 'calendar_created')
  } catch (error) {
    const issues = issuesOf(error)
    if (issues === null) throw error
    return show(c, 1, entered(form, issues), formId, 422)
  }
}
