import type { FC } from 'hono/jsx'
import type { EndpointRow } from '../../../domain/webhooks/endpoints'
import { LinkedRow, State, Table, Time } from '../parts'

/** How an endpoint is called: by its host, as its address may be long. */
export function endpointName({ url, description }: Pick<EndpointRow, 'url' | 'description'>): string {
  return description === '' ? (URL.parse(url)?.host ?? url) : description
}

/** Whether an endpoint gets messages, and how it does. */
export const EndpointState: FC<{ endpoint: EndpointRow }> = ({
  endpoint: { active, disabledReason, failingSince },
}) => {
  if (active) return failingSince === null ? <State kind="good">On</State> : <State kind="bad">Failing</State>
  switch (disabledReason) {
    case 'gone':
      return <State kind="bad">Off: it answered that it is gone</State>
    case 'failing':
      return <State kind="bad">Off: it failed for five days</State>
    default:
      return <State kind="over">Off</State>
  }
}

/** An instant, or that there was none. */
export const Last: FC<{ at: number | null; zone: string }> = ({ at, zone }) =>
  at === null ? 'Never' : <Time at={at} zone={zone} />

/** The endpoints of a publisher; each leads to its log. */
export const EndpointTable: FC<{ endpoints: readonly EndpointRow[]; zone: string }> = ({
  endpoints,
  zone,
}) => (
  <Table caption="Webhook endpoints" heads={['Endpoint', 'State', 'Last success', 'Last failure']}>
    {endpoints.map((endpoint) => (
      <LinkedRow
        href={`/portal/webhooks/${endpoint.id}`}
        name={endpointName(endpoint)}
        note={<span class="soft about">{endpoint.url}</span>}
      >
        <td>
          <EndpointState endpoint={endpoint} />
        </td>
        <td class="when" data-label="Last success">
          <Last at={endpoint.lastSuccessAt} zone={zone} />
        </td>
        <td class="when" data-label="Last failure">
          <Last at={endpoint.lastFailureAt} zone={zone} />
        </td>
      </LinkedRow>
    ))}
  </Table>
)
