import type { FC } from 'hono/jsx'
import { z } from 'zod'
import type { Calendar } from '../../../domain/calendars/calendars'
import { DomainError } from '../../../domain/errors'
import { categoryPaths, fieldIssues, manyLines, oneLine, timeZoneName } from '../../../domain/fields'
import type { CalendarForm } from '../../../domain/portal/calendars'
import { type Entered, Field, isTicked, Lines, Tick } from '../fields'
import { FormAlert, Hidden } from '../parts'

/** The fields of a calendar's form (`portal.md`); their rules are the publisher API's (`publisher-api.md` 3). */
const shape = z.object({
  name: oneLine(250, 2),
  timezone: timeZoneName,
  reference: oneLine(128),
  categories: categoryPaths,
  note: manyLines(2000),
})

export type CalendarFieldName = keyof z.infer<typeof shape> | 'draft'

export const calendarLabels: readonly (readonly [CalendarFieldName, string])[] = [
  ['name', 'Name'],
  ['timezone', 'Time zone'],
  ['reference', 'Reference'],
  ['categories', 'Categories'],
  ['note', 'Note'],
  ['draft', 'Draft'],
]

/** What a form says of a calendar. `zone`: the company's, for a new one that names none. @throws DomainError `invalid` */
export function calendarOf(form: URLSearchParams, zone: string): CalendarForm {
  const text = (name: CalendarFieldName) => form.get(name) ?? ''
  const parsed = shape.safeParse({
    name: text('name'),
    timezone: text('timezone').trim() === '' ? zone : text('timezone'),
    reference: text('reference'),
    categories: text('categories'),
    note: text('note'),
  })
  if (!parsed.success) throw new DomainError('invalid', fieldIssues(parsed.error))
  return { ...parsed.data, draft: isTicked(text('draft')) }
}

/** A calendar as its form shows it. */
export function calendarTexts(calendar: Calendar): Record<CalendarFieldName, string> {
  const { name, timezone, reference, categories, note, draft } = calendar
  return { name, timezone, reference, categories, note, draft: draft ? 'on' : '' }
}

/** The form of a calendar, new or there. */
export const CalendarFields: FC<{
  form: string
  action: string
  csrf: string
  entered: Entered
  submit: string
  formId?: string
  revision?: number
}> = ({ form, action, csrf, entered, submit, formId, revision }) => {
  const of = { form, entered }
  return (
    <form method="post" action={action}>
      <Hidden csrf={csrf} {...(formId === undefined ? {} : { formId })} />
      {revision === undefined ? null : <input type="hidden" name="revision" value={String(revision)} />}
      <FormAlert issues={entered.issues} />
      <div class="fields">
        <Field {...of} name="name" label="Name" required width="wide" />
        <Field {...of} name="timezone" label="Time zone" hint="Of events that name none." zones />
        <Field {...of} name="reference" label="Reference" hint="What your system knows it by." />
        <Field
          {...of}
          name="categories"
          label="Categories"
          hint="Nested with /, several with a comma: Sports/Hockey,Sydney"
          width="wide"
        />
        <Lines {...of} name="note" label="Note" hint="For your staff; nobody else sees it." width="wide" />
        <Tick {...of} name="draft" label="Draft" hint="A draft is in no feed and on no sync page." />
      </div>
      <button type="submit">{submit}</button>
    </form>
  )
}
