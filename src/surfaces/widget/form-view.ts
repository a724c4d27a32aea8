import { offeredCalendars } from '../../domain/calendars/offered'
import type { CalendarApplication } from '../../domain/sign-up/fields'
import { likelyApplication } from './applications'
import { type FormRequest, hiddenFields } from './form-request'
import type { OpenWidget } from './open-widget'
import type { Refusal } from './refusals'

/** All that the hosted page shows. */
export type FormView = {
  /** '' where nothing was looked up. */
  readonly publisherName: string
  readonly email: string
  /** The e-mail is signed, and so no longer the visitor's to change. */
  readonly emailIsFixed: boolean
  readonly hidden: readonly (readonly [name: string, value: string])[]
  /** The list to choose from; empty for none. */
  readonly calendars: readonly { readonly id: string; readonly name: string; readonly isTicked: boolean }[]
  readonly likely: CalendarApplication
  /** The widget takes signed e-mails only, and none is there. */
  readonly needsSignedLink: boolean
  /** Why the form is shown again. */
  readonly refusal: Refusal | null
}

/** A sign-up names at most this many calendars. */
const MOST_CALENDARS = 50

/** The form of a widget. */
export async function viewForm(
  { widget, context }: OpenWidget,
  request: FormRequest,
  userAgent: string,
  refusal: Refusal | null = null,
): Promise<FormView> {
  const { choice, ticked } = request
  const { calendars } = await offeredCalendars(context, widget, choice)
  const isListed = !request.skipsList && calendars.length > 0
  const isNamed = Boolean(choice.calendarIds ?? choice.reference ?? choice.category)
  const followed = choice.calendarIds ? calendars.slice(0, MOST_CALENDARS) : calendars
  // More than a form may name: then the sign-up itself follows the reference, the category or the widget.
  const isSent = request.skipsList && followed.length <= MOST_CALENDARS
  return {
    ...viewBare(request, userAgent, refusal),
    publisherName: context.publisher.name,
    needsSignedLink: widget.requireSignedEmail && request.emailSign === '',
    hidden: [
      ...hiddenFields(request),
      // Says that a list was shown or named, so that nothing ticked means none.
      ...(isListed || (isNamed && (isSent || calendars.length === 0)) ? [['calendarIds', ''] as const] : []),
      ...(isSent ? followed.map(({ id }) => ['calendarIds', id] as const) : []),
    ],
    calendars: isListed
      ? calendars.map(({ id, name }, at) => ({
          id,
          name,
          isTicked: ticked === null ? at < MOST_CALENDARS : ticked.includes(id),
        }))
      : [],
  }
}

/** The form again without a look at the database: as it was sent, without the list. */
export function viewBare(request: FormRequest, userAgent: string, refusal: Refusal | null): FormView {
  const { ticked } = request
  return {
    publisherName: '',
    email: request.email,
    emailIsFixed: request.emailSign !== '' && request.email !== '',
    hidden: [
      ...hiddenFields(request),
      ...(ticked === null ? [] : ['', ...ticked].map((id) => ['calendarIds', id] as const)),
    ],
    calendars: [],
    likely: likelyApplication(userAgent),
    needsSignedLink: false,
    refusal,
  }
}
