import type { FC } from 'hono/jsx'
import type { Connections } from '../../../domain/portal/subscribers'
import type { SubscriberView } from '../../../domain/subscribers/subscribers'
import { applicationNames } from '../../../objects/application-names'
import { dateOnly } from '../format'
import { Facts, listed, State, Table } from '../parts'
import { LastSeen, type SeenOf } from './seen'

/** How a person's calendars reach them: the feed, the apps that sync, the calendar applications connected. No address. */
export const Connected: FC<{
  view: SubscriberView
  connections: Connections
  seen: SeenOf
  zone: string
}> = ({ view, connections, seen, zone }) => (
  <section>
    <h2>Feed and apps</h2>
    <Facts
      facts={[
        ['Feed', <FeedState connections={connections} zone={zone} />],
        ['Last fetched', <LastSeen seen={seen} ecalId={view.subscriber.id} what="feed" zone={zone} />],
        ['Former addresses', formerInWords(connections)],
        ['Sync', <SyncState connections={connections} />],
        ['Last synced', <LastSeen seen={seen} ecalId={view.subscriber.id} what="sync" zone={zone} />],
        ['May act for them', listed(connections.tokens.map(({ name }) => name || 'An app without a name'))],
      ]}
    />
    {view.applications.length === 0 ? (
      <p class="soft">No calendar application is connected.</p>
    ) : (
      <Table caption="Calendar applications" heads={['Application', 'Device', 'System']}>
        {view.applications.map(({ name, device, os }) => (
          <tr>
            <th scope="row">{nameOf(name)}</th>
            <td data-label="Device">{device}</td>
            <td data-label="System">{os}</td>
          </tr>
        ))}
      </Table>
    )}
  </section>
)

/** An application as people call it; as it was said, where that is none that can be picked now. */
const nameOf = (application: string): string =>
  Object.hasOwn(applicationNames, application)
    ? applicationNames[application as keyof typeof applicationNames]
    : application

const FeedState: FC<{ connections: Connections; zone: string }> = ({ connections: { feedSince }, zone }) =>
  feedSince === null ? (
    <State kind="over">None until they connect a calendar</State>
  ) : (
    <>
      <State kind="good">Working</State> <span class="soft">address of {dateOnly(feedSince, zone)}</span>
    </>
  )

const SyncState: FC<{ connections: Connections }> = ({ connections: { hasSynced, isLive } }) =>
  isLive ? (
    <State kind="good">An app is listening now</State>
  ) : hasSynced ? (
    <State kind="good">An app keeps a copy in step</State>
  ) : (
    <State kind="over">No app has asked</State>
  )

function formerInWords({ limitedAddresses, endedAddresses }: Connections): string {
  const parts = [
    ...(limitedAddresses > 0 ? [`${limitedAddresses} with public calendars only`] : []),
    ...(endedAddresses > 0 ? [`${endedAddresses} ended`] : []),
  ]
  return parts.join(', ')
}
