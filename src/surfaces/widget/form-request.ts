import type { CalendarChoice } from '../../domain/calendars/offered'
import { splitList } from '../../domain/calendars/offered'
import { randomHex } from '../../platform/ids'
import { fieldNames } from './request-fields'

/** What a link, or a form that is shown again, says of the page to show. */
export type FormRequest = {
  readonly widgetId: string
  readonly apiKey: string
  readonly formId: string
  readonly email: string
  readonly emailSign: string
  readonly emailSignExpires: string
  readonly choice: CalendarChoice
  /** No list to choose from: all calendars of the choice are followed. */
  readonly skipsList: boolean
  /** The calendars that were ticked; null before anybody could. */
  readonly ticked: readonly string[] | null
  /** Fields that the form sends on as they came. */
  readonly carried: readonly (readonly [name: string, value: string])[]
}

/** Not a field of the sign-up: which calendars the link named, for a form that has to be shown again. */
const OFFERED = 'offeredCalendarIds'

/** What a link carries along into the form. */
const CARRIED_BY_LINK = ['subscriber_reference', 'referringPage', 'mobileNumber', 'data']

/** Fields that have a place of their own on the page. */
const PLACED = [
  'widgetId',
  'apiKey',
  'formId',
  'email',
  'emailSign',
  'emailSignExpires',
  'application',
  'calendarIds',
  'calendar_reference',
  'category',
]

const CARRIED_BY_FORM = fieldNames.filter((name) => !PLACED.includes(name))

/** The page that a link asks for. */
export function requestOfLink(query: URLSearchParams): FormRequest {
  return {
    ...common(query),
    formId: randomHex(16),
    choice: choiceOf(query, 'calendarIds'),
    ticked: null,
    carried: pairs(query, CARRIED_BY_LINK),
  }
}

/** The page again, of the form that it sent. */
export function requestOfForm(form: URLSearchParams): FormRequest {
  const formId = form.get('formId') ?? ''
  return {
    ...common(form),
    formId: /^[0-9a-f]{32}$/.test(formId) ? formId : randomHex(16),
    choice: choiceOf(form, OFFERED),
    ticked: form.has('calendarIds') ? listOf(form, 'calendarIds') : null,
    carried: pairs(form, CARRIED_BY_FORM),
  }
}

function common(given: URLSearchParams) {
  return {
    widgetId: given.get('widgetId') ?? '',
    apiKey: given.get('apiKey') ?? '',
    email: given.get('email') ?? '',
    emailSign: given.get('emailSign') ?? '',
    emailSignExpires: given.get('emailSignExpires') ?? '',
    skipsList: (given.get('skip_schedule_selection') ?? '').toLowerCase() === 'true',
  }
}

/** The choice of calendars; parameters that are empty name nothing. */
function choiceOf(given: URLSearchParams, idsName: string): CalendarChoice {
  const calendarIds = listOf(given, idsName)
  return {
    calendarIds: calendarIds.length > 0 ? calendarIds : undefined,
    reference: given.get('calendar_reference') || undefined,
    category: given.get('category') || undefined,
  }
}

function listOf(given: URLSearchParams, name: string): string[] {
  return given.getAll(name).flatMap(splitList)
}

function pairs(given: URLSearchParams, names: readonly string[]): [string, string][] {
  return names.flatMap((name) =>
    given
      .getAll(name)
      .filter((value) => value !== '')
      .map((value): [string, string] => [name, value]),
  )
}

/** The hidden fields that lead back to this request, the calendars ticked aside. */
export function hiddenFields(request: FormRequest): [name: string, value: string][] {
  const { choice } = request
  const fields: [string, string][] = [
    ['widgetId', request.widgetId],
    ['apiKey', request.apiKey],
    ['formId', request.formId],
    ['emailSign', request.emailSign],
    ['emailSignExpires', request.emailSignExpires],
    [OFFERED, choice.calendarIds?.join(',') ?? ''],
    ['calendar_reference', choice.reference ?? ''],
    ['category', choice.category ?? ''],
    ['skip_schedule_selection', request.skipsList ? 'true' : ''],
  ]
  return [
    ...fields.filter(([, value]) => value !== ''),
    ...request.carried.map(([n, v]): [string, string] => [n, v]),
  ]
}
