import type { FC } from 'hono/jsx'
import type { EventInList, ListedEvent } from '../../../domain/portal/listed-events'
import { LinkedRow, Table, Tag } from '../parts'
import { repetitionInWords } from './repetition'
import { whenInWords } from './times'

/** Events by date, a series with its next occurrence; each row leads to its event. */
export const EventTable: FC<{ caption: string; events: readonly EventInList[]; zone: string }> = ({
  caption,
  events,
  zone,
}) => (
  <Table caption={caption} heads={['Event', 'When', 'Place']}>
    {events.map((event) => (
      <LinkedRow href={`/portal/events/${event.id}`} name={event.name} note={<EventTags event={event} />}>
        <td>
          {event.recurrence === '' ? '' : event.next ? 'Next ' : 'From '}
          {whenInWords(event.next ?? event, zone)}
          {event.recurrence === '' ? null : <span class="soft about">{repetitionInWords(event)}</span>}
        </td>
        <td class="soft">{event.location}</td>
      </LinkedRow>
    ))}
  </Table>
)

/** What a name alone doesn't tell of an event. */
export const EventTags: FC<{ event: Pick<ListedEvent, 'recurrence' | 'draft' | 'status'> }> = ({ event }) => (
  <>
    {event.recurrence === '' ? null : <Tag>Repeats</Tag>}
    {event.draft ? <Tag>Draft</Tag> : null}
    {event.status === 'confirmed' ? null : (
      <Tag>{event.status === 'cancelled' ? 'Cancelled' : 'Tentative'}</Tag>
    )}
  </>
)
