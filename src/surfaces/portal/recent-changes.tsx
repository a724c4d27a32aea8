import type { Child, FC } from 'hono/jsx'
import type { RecentChange } from '../../domain/portal/overview'
import { Table, Time } from './parts'

/** What happened last, newest first. */
export const RecentChanges: FC<{ changes: readonly RecentChange[]; zone: string }> = ({ changes, zone }) =>
  changes.length === 0 ? (
    <p>Nothing has happened yet. New events, subscribers and users will show here.</p>
  ) : (
    <Table caption="Recent changes" heads={['When', 'What', 'By']}>
      {changes.map((change) => (
        <tr>
          <td class="when">
            <Time at={change.at} zone={zone} />
          </td>
          <td>{sentence(change)}</td>
          <td data-label="By">{actorOf(change)}</td>
        </tr>
      ))}
    </Table>
  )

/** What an operation did to a record, given its name and its calendar's. */
const sentences: Readonly<Record<string, (name: string, calendar: string) => Child>> = {
  'event.created': (name, calendar) => [...named('Event', name), ' was added', ...into(calendar)],
  'event.updated': (name, calendar) => [...named('Event', name), ' was changed', ...into(calendar)],
  'event.deleted': (name, calendar) => [...named('Event', name), ' was taken out', ...into(calendar)],
  'calendar.created': (name) => [...named('Calendar', name), ' was made'],
  'calendar.updated': (name) => [...named('Calendar', name), ' was changed'],
  'calendar.deleted': (name) => [...named('Calendar', name), ' was deleted'],
  'subscriber.subscribed': (name) => [<bdi>{name || 'Somebody'}</bdi>, ' connected a calendar'],
  'user.joined': (name) => [<bdi>{name || 'A user'}</bdi>, ' may use this portal'],
  'user.removed': (name) => [<bdi>{name || 'A user'}</bdi>, ' may no longer use this portal'],
  'company.created': () => 'The company was set up',
  'company.cancelled': () => 'The subscription ended',
  'company.reactivated': () => 'The subscription began again',
  'company.feeds_ended': () => 'The calendar feeds ended',
  'plan.chosen': () => 'The plan was changed',
  'bill.changed': (name) => [...named('The bill', name), ' was brought up to date'],
}

function sentence({ op, name, calendarName }: RecentChange): Child {
  return sentences[op]?.(name, calendarName) ?? 'Something was changed'
}

const named = (thing: string, name: string) =>
  name === '' ? [`${thing} without a name`] : [`${thing} “`, <bdi>{name}</bdi>, '”']
const into = (calendar: string) => (calendar === '' ? [] : [' (', <bdi>{calendar}</bdi>, ')'])

/** Who acted, by the first word of `changes.actor`. */
const actors: Readonly<Record<string, string>> = {
  key: 'Your system',
  client: 'Your system',
  widget: 'The sync page',
  person: 'A subscriber',
  operator: 'Daybook',
  cron: 'Daybook',
  marketplace: 'The marketplace',
  connec: 'The marketplace',
  user: 'Staff',
}

/** Who acted, in words: a user by name. */
export function actorOf({ actor, actorName }: Pick<RecentChange, 'actor' | 'actorName'>): string {
  return actorName || (actors[actor.split(':')[0] ?? ''] ?? '')
}
