import type { FC } from 'hono/jsx'
import type { HistoryEntry } from '../../domain/portal/history'
import { Table, Time } from './parts'
import { actorOf } from './recent-changes'

/** What became of one thing, by whom and when; newest first. */
export const History: FC<{ entries: readonly HistoryEntry[]; zone: string }> = ({ entries, zone }) => (
  <section>
    <h2>History</h2>
    {entries.length === 0 ? (
      <p class="soft">Nothing has happened to it in the last 35 days.</p>
    ) : (
      <Table caption="History" heads={['When', 'What', 'By']}>
        {entries.map((entry) => (
          <tr>
            <td class="when">
              <Time at={entry.at} zone={zone} />
            </td>
            <td>{what(entry)}</td>
            <td data-label="By">{actorOf(entry)}</td>
          </tr>
        ))}
      </Table>
    )}
  </section>
)

function what({ op, reason, fields }: HistoryEntry): string {
  const words = reasons[reason] ?? actions[op] ?? 'Changed'
  const changed = [...new Set(fields.map((field) => fieldNames[field] ?? 'other details'))]
  return changed.length === 0 ? words : `${words}: ${changed.join(', ')}`
}

const reasons: Readonly<Record<string, string>> = {
  calendars_added: 'Calendars added',
  calendars_removed: 'Calendars removed',
  feed_address_rotated: 'Got a new feed address',
  resubscribed: 'Connected again',
}

const actions: Readonly<Record<string, string>> = {
  'event.created': 'Added',
  'event.updated': 'Changed',
  'event.deleted': 'Taken out',
  'calendar.created': 'Made',
  'calendar.updated': 'Changed',
  'calendar.deleted': 'Deleted',
  'subscriber.subscribed': 'Connected a calendar',
  'subscriber.updated': 'Changed',
  'subscriber.merged': 'Joined with another entry of the same person',
  'subscriber.link_requested': 'Asked for their link',
  'subscriber.unsubscribed': 'Unsubscribed',
  'subscriber.event_created': 'Private event added',
  'subscriber.subscriptions_changed': 'Calendars changed',
  'subscriber.email_confirmed': 'E-mail confirmed, new feed address',
  'contact.verified': 'E-mail or phone confirmed',
  'contact.requested': 'Asked to confirm an e-mail or phone',
  'profile.updated': 'Profile changed',
}

const fieldNames: Readonly<Partial<Record<string, string>>> = {
  name: 'name',
  location: 'place',
  startDate: 'start',
  startTime: 'start',
  endDate: 'end',
  endTime: 'end',
  timezone: 'time zone',
  details: 'details',
  url: 'link',
  status: 'status',
  calendarId: 'calendar',
  reference: 'reference',
  recurrence: 'repetition',
  exceptions: 'repetition',
}
