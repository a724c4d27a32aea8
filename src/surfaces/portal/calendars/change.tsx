import {
  countFollowers,
  dropCalendar,
  readPublicCalendar,
  revisionOfCalendar,
  saveCalendar,
} from '../../../domain/portal/calendars'
import { makeEvent } from '../../../domain/portal/events'
import { Overtaken } from '../../../domain/portal/revisions'
import { newId } from '../../../platform/ids'
import { seeOther } from '../answers'
import { askToConfirm, isConfirmed } from '../confirm'
import type { PortalCall } from '../environment'
import { issuesOf, newEventOf } from '../events/fields'
import { entered, isTicked } from '../fields'
import { answerOvertaken, revisionIn } from '../overtaken'
import { formIdOf } from '../read-form'
import { calendarLabels, calendarOf, calendarTexts } from './form'
import { countInWords } from './list'
import { CALENDARS, pathOf, showCalendar } from './page'

/** `POST /portal/calendars/{id}`: changes it, unless somebody did meanwhile. */
export async function answerSaveCalendar(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const id = c.req.param('id') ?? ''
  const calendar = await readPublicCalendar(context, id)
  const revision = revisionIn(form)
  try {
    await saveCalendar(context, id, revision, calendarOf(form, calendar.timezone))
    return seeOther(c, pathOf(id), 'calendar_saved')
  } catch (error) {
    if (error instanceof Overtaken) return answerClash(c, id)
    const issues = issuesOf(error)
    if (issues === null) throw error
    return showCalendar(c, calendar, { edit: { ...entered(form, issues), revision } }, 422)
  }
}

async function answerClash(c: PortalCall, id: string): Promise<Response> {
  const { context, form } = c.var
  const calendar = await readPublicCalendar(context, id)
  const texts = calendarTexts(calendar)
  return answerOvertaken(c, {
    action: pathOf(id),
    revision: revisionOfCalendar(calendar),
    versions: calendarLabels.map(([name, label]) => {
      const sent = form.get(name) ?? ''
      const words = (text: string) => (name !== 'draft' ? text : isTicked(text) ? 'Yes' : 'No')
      return { name, label, now: words(texts[name]), sent: words(sent), posted: [sent] }
    }),
    back: { path: pathOf(id), label: calendar.name },
  })
}

/** `POST /portal/calendars/{id}/delete`: asks first, and says what goes with it. */
export async function answerDeleteCalendar(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const id = c.req.param('id') ?? ''
  const { name, eventCount } = await readPublicCalendar(context, id)
  if (!isConfirmed(form)) {
    const followers = countInWords(await countFollowers(context, id))
    return askToConfirm(c, {
      title: 'Delete this calendar?',
      action: `${pathOf(id)}/delete`,
      lost: (
        <>
          “<bdi>{name}</bdi>” goes with its events ({eventCount.toLocaleString('en')}), and leaves the
          calendar apps of those who follow it ({followers}). It can’t be brought back.
        </>
      ),
      yes: 'Delete the calendar',
      back: pathOf(id),
    })
  }
  await dropCalendar(context, id)
  return seeOther(c, CALENDARS.path, 'calendar_deleted')
}

/** `POST /portal/calendars/{id}/events`: adds an event, once for each form. */
export async function answerNewEvent(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const id = c.req.param('id') ?? ''
  const calendar = await readPublicCalendar(context, id)
  const formId = formIdOf(form)
  const posted = { path: `${pathOf(id)}/events`, formId }
  try {
    const { result } = await makeEvent(context, posted, {
      id: newId(),
      calendarId: id,
      fields: newEventOf(form),
    })
    return seeOther(c, result === null ? pathOf(id) : `/portal/events/${result}`, 'event_created')
  } catch (error) {
    const issues = issuesOf(error)
    if (issues === null) throw error
    return showCalendar(c, calendar, { create: { ...entered(form, issues), formId } }, 422)
  }
}
