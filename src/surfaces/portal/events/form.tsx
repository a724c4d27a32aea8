import type { FC } from 'hono/jsx'
import { type Entered, Field, Lines } from '../fields'
import { FormAlert, Hidden } from '../parts'

/**
 * The form of an event, new or there. `form`: tells its fields from others of the page; `repetition`: says how it
 * repeats, which is in no field.
 */
export const EventForm: FC<{
  form: string
  action: string
  csrf: string
  entered: Entered
  submit: string
  formId?: string
  revision?: number
  repetition?: string
}> = ({ form, action, csrf, entered, submit, formId, revision, repetition }) => {
  const of = { form, entered }
  return (
    <form method="post" action={action}>
      <Hidden csrf={csrf} {...(formId === undefined ? {} : { formId })} />
      {revision === undefined ? null : <input type="hidden" name="revision" value={String(revision)} />}
      <FormAlert issues={entered.issues} />
      {repetition === undefined ? null : (
        <p class="note">
          This event {repetition}. What you save here holds for all of its dates. It goes on repeating as it
          does, and dates that were left out or changed stay so unless the start moves to another day.
        </p>
      )}
      <div class="fields">
        <Field {...of} name="name" label="Name" required width="wide" />
        <Field {...of} name="startDate" label="Start" type="date" required width="narrow" />
        <Field {...of} name="startTime" label="Start time" type="time" width="narrow" />
        <Field {...of} name="endDate" label="End" type="date" width="narrow" />
        <Field {...of} name="endTime" label="End time" type="time" width="narrow" />
        <p class="soft wide">
          Without times it takes whole days. Without an end it takes an hour, or the day.
        </p>
        <Field {...of} name="location" label="Place" />
        <Field {...of} name="timezone" label="Time zone" zones />
        <Lines {...of} name="details" label="Details" width="wide" />
        <Field {...of} name="url" label="Link" type="url" />
        <Field {...of} name="reference" label="Reference" hint="What your system knows it by." />
      </div>
      <button type="submit">{submit}</button>
    </form>
  )
}
