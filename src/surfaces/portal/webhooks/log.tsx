import type { Child, FC } from 'hono/jsx'
import type { AttemptEntry, DeliveryEntry } from '../../../domain/webhooks/log'
import { ButtonForm, Empty, State, Table, Time, Views } from '../parts'
import { typeWords } from './form'

const outcomes = ['delivered', 'failed', 'pending'] as const

export type Outcome = (typeof outcomes)[number]

const labels = { delivered: 'Delivered', failed: 'Failed', pending: 'Waiting' } as const

/** Which deliveries are asked for; null for all. */
export function outcomeAsked(query: string | undefined): Outcome | null {
  return outcomes.find((outcome) => outcome === query) ?? null
}

export const LogViews: FC<{ path: string; outcome: Outcome | null }> = ({ path, outcome }) => (
  <Views
    label="Messages by outcome"
    views={[
      { path, label: 'All', isCurrent: outcome === null },
      ...outcomes.map((each) => ({
        path: `${path}?outcome=${each}`,
        label: labels[each],
        isCurrent: each === outcome,
      })),
    ]}
  />
)

/** What became of a delivery; where an attempt is to come, when. */
export const DeliveryState: FC<{ entry: DeliveryEntry; zone: string }> = ({ entry, zone }) => {
  switch (entry.status) {
    case 'delivered':
      return <State kind="good">{labels.delivered}</State>
    case 'failed':
      return <State kind="bad">{labels.failed}</State>
    case 'pending':
      return (
        <>
          <State kind="waiting">{labels.pending}</State>
          {entry.nextAttemptAt === null || entry.attempts.length === 0 ? null : (
            <span class="soft about">
              tried again <Time at={entry.nextAttemptAt} zone={zone} />
            </span>
          )}
        </>
      )
  }
}

/** Why there was no answer, in words. */
const errors: Readonly<Record<string, string>> = {
  timeout: 'No answer in 15 s',
  'connection failed': 'No connection',
  redirect: 'Redirect, not followed',
  'address refused': 'Address refused',
  'endpoint disabled': 'Endpoint is off',
}

export const answerOf = ({ status, error }: AttemptEntry): string =>
  error === '' ? String(status) : `${errors[error] ?? error}${status === 0 ? '' : ` (${status})`}`

/** `31 ms`, `1.2 s`. */
export const durationOf = (ms: number): string => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`)

/** The log of an endpoint. `csrf`: null for whoever may neither read bodies nor send again. */
export const DeliveryTable: FC<{
  entries: readonly DeliveryEntry[]
  path: string
  csrf: string | null
  isActive: boolean
  isFiltered: boolean
  zone: string
}> = ({ entries, path, csrf, isActive, isFiltered, zone }) => {
  if (entries.length === 0) {
    return isFiltered ? (
      <p>There is none.</p>
    ) : (
      <Empty title="Nothing was sent yet">
        <p>
          {csrf === null ? 'Messages will show here.' : 'Send a test to see whether the address answers.'}
        </p>
      </Empty>
    )
  }
  return (
    <Table
      caption="Messages"
      heads={['Time', 'Message', 'Outcome', 'Attempts', 'Answer', 'Duration', ...(csrf === null ? [] : [''])]}
    >
      {entries.map((entry) => {
        const last = entry.attempts.at(-1)
        const one = `${path}/deliveries/${encodeURIComponent(entry.messageId)}`
        return (
          <Row href={csrf === null ? null : one} at={entry.createdAt} zone={zone}>
            <td>
              {typeWords(entry.type)}
              <code class="about">
                {entry.type} {entry.messageId}
              </code>
            </td>
            <td>
              <DeliveryState entry={entry} zone={zone} />
            </td>
            <td class="number" data-label="Attempts">
              {entry.attempts.length}
            </td>
            <td data-label="Answer">{last ? answerOf(last) : ''}</td>
            <td class="number" data-label="Duration">
              {last ? durationOf(last.durationMs) : ''}
            </td>
            {csrf === null ? null : (
              <td class="actions">
                {isActive ? (
                  <ButtonForm action={`${one}/replay`} csrf={csrf} label={`Send again: ${entry.messageId}`}>
                    Send again
                  </ButtonForm>
                ) : null}
              </td>
            )}
          </Row>
        )
      })}
    </Table>
  )
}

const Row: FC<{ href: string | null; at: number; zone: string; children?: Child }> = ({
  href,
  at,
  zone,
  children,
}) => (
  <tr class={href === null ? '' : 'linked'}>
    <th scope="row" class="when">
      {href === null ? (
        <Time at={at} zone={zone} />
      ) : (
        <a href={href}>
          <Time at={at} zone={zone} />
        </a>
      )}
    </th>
    {children}
  </tr>
)
