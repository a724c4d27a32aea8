import type { FC } from 'hono/jsx'
import type { EndpointRow } from '../../../domain/webhooks/endpoints'
import { Field } from '../fields'
import { FieldError, FormAlert, faulty, Hidden, messageFor } from '../parts'
import { type EnteredEndpoint, offeredTypes } from './values'

/** What each type of message tells, in the words of people. */
const told: Readonly<Record<string, string>> = {
  '*': 'Everything, also what is added later',
  'subscriber.subscribed': 'Somebody connected a calendar',
  'subscriber.updated': 'A connection changed',
  'subscriber.unsubscribed': 'Somebody disconnected',
  'subscriber.link_requested': 'Somebody asks for their link again',
  'event.created': 'An event was added',
  'event.updated': 'An event changed',
  'event.deleted': 'An event was taken out',
  'event_subscription.created': 'A person was related to an event',
  'event_subscription.updated': 'A person’s answer or right changed',
  'event_subscription.removed': 'A person left an event',
  'contact.verification_requested': 'A code is to be sent to a person',
  'contact.verified': 'A person proved an address',
  'subscriber.merged': 'Two persons became one',
  'schedule.created': 'A payment date was added',
  'schedule.deleted': 'A payment date was taken out',
  'schedule.status_changed': 'A payment changed its state',
  'webhook.ping': 'A test was sent',
}

/** What a type of message tells; its name where nobody has words for it. */
export const typeWords = (type: string): string => told[type] ?? type

/** The form of an endpoint that is new (`formId`) or there already (`revision`). */
export const EndpointFields: FC<{
  entered: EnteredEndpoint
  endpoint: EndpointRow | null
  action: string
  csrf: string
  formId?: string
  button: string
}> = ({ entered, endpoint, action, csrf, formId, button }) => {
  const { url, description, events, issues } = entered
  const common = { form: 'endpoint', entered: { values: { url, description }, issues } }
  return (
    <form method="post" action={action}>
      <Hidden csrf={csrf} {...(formId === undefined ? {} : { formId })} />
      {endpoint === null ? null : <input type="hidden" name="revision" value={String(endpoint.modifiedAt)} />}
      <FormAlert issues={issues} />
      <Field
        {...common}
        name="url"
        type="url"
        label="Address"
        hint="Where your system listens, such as https://example.com/daybook"
        required
      />
      <Field {...common} name="description" label="What it is for" />
      <Types offered={offeredTypes(endpoint)} chosen={events} error={messageFor(issues, 'events')} />
      <button type="submit">{button}</button>
    </form>
  )
}

const Types: FC<{ offered: readonly string[]; chosen: readonly string[]; error: string | null }> = ({
  offered,
  chosen,
  error,
}) => (
  <fieldset class="types" {...(error === null ? {} : { 'aria-describedby': 'events-error' })}>
    <legend>Tell it when</legend>
    <FieldError id="events-error" error={error} />
    <div class="options">
      {offered.map((type) => (
        <label class="choice">
          <input
            type="checkbox"
            name="events"
            value={type}
            checked={chosen.includes(type)}
            {...faulty(error, 'events-error')}
          />
          <span>
            {typeWords(type)}
            {type === '*' ? null : <code class="about">{type}</code>}
          </span>
        </label>
      ))}
    </div>
  </fieldset>
)
