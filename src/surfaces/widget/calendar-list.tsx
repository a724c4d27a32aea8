import type { FC } from 'hono/jsx'
import { FieldError, faulty } from './field-error'
import type { FormView } from './form-view'
import type { Words } from './messages'

type Calendars = FormView['calendars']

/** The calendars to choose from, behind a line that says how many are chosen. */
export const CalendarList: FC<{ calendars: Calendars; error: string | null; words: Words }> = ({
  calendars,
  error,
  words,
}) => (
  <details class="field choices" open={error !== null}>
    <summary>
      {words.calendars} <Chosen calendars={calendars} words={words} />
    </summary>
    <fieldset>
      <legend>{words.calendarsLegend}</legend>
      {calendars.length > 50 ? <p class="soft">{words.calendarsLimit}</p> : null}
      <FieldError id="calendars-error" error={error} />
      {calendars.map(({ id, name, isTicked }) => (
        <label class="choice">
          <input
            type="checkbox"
            name="calendarIds"
            value={id}
            checked={isTicked}
            {...faulty(error, 'calendars-error')}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  </details>
)

/** How many are chosen: in words of the server at first, and kept right by the style sheet, since there is no script. */
const Chosen: FC<{ calendars: Calendars; words: Words }> = ({ calendars, words }) => {
  const { length } = calendars
  const ticked = calendars.filter((calendar) => calendar.isTicked).length
  const atFirst = ticked === length ? 'all' : ticked > 0 ? 'some' : 'none'
  const texts = {
    all: words.calendarsAll(length),
    some: words.calendarsSome(length),
    none: words.calendarsNone,
  }
  return (
    <span class="soft">
      {(['all', 'some', 'none'] as const).map((state) => (
        <span class={state} hidden={state !== atFirst}>
          ({texts[state]})
        </span>
      ))}
    </span>
  )
}
