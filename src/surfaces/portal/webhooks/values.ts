import { DomainError, type FieldIssue } from '../../../domain/errors'
import { oneLine } from '../../../domain/fields'
import type { EndpointForm } from '../../../domain/portal/webhooks'
import type { EndpointRow } from '../../../domain/webhooks/endpoints'
import { publicOrigin } from '../../../env'
import { guardAddress } from '../../../webhooks/address-guard'
import { ecalTypes, messageTypes } from '../../../webhooks/message-types'
import type { PortalCall } from '../environment'

/** What a form of an endpoint said, and what is wrong with it. */
export type EnteredEndpoint = EndpointForm & { readonly issues: readonly FieldIssue[] }

export const nothingEntered: EnteredEndpoint = { url: '', events: ['*'], description: '', issues: [] }

const address = oneLine(2000, 1)
const note = oneLine(250)

/** The fields of an endpoint's form, as they were typed. */
export function enteredEndpoint(form: URLSearchParams): EndpointForm {
  return {
    url: form.get('url') ?? '',
    events: [...new Set(form.getAll('events'))],
    description: form.get('description') ?? '',
  }
}

/** The types that a form offers: a ping goes out whatever an endpoint listens to. */
export function offeredTypes(endpoint: Pick<EndpointRow, 'events' | 'format'> | null): readonly string[] {
  if (endpoint?.format === 'ecal') return ecalTypes
  return ['*', ...messageTypes].filter((type) => type !== 'webhook.ping' || endpoint?.events.includes(type))
}

/**
 * The values of an endpoint's form, by the rules of the publisher API (`webhooks.md` 1 and 5).
 * @throws DomainError `invalid` with what is wrong with each field
 */
export function endpointValues(
  c: PortalCall,
  entered: EndpointForm,
  endpoint: EndpointRow | null,
): EndpointForm {
  const issues: FieldIssue[] = []
  const [url, description] = [address.safeParse(entered.url), note.safeParse(entered.description)]
  const urlFault = url.success ? addressFault(c, url.data) : (url.error.issues[0]?.message ?? '')
  if (urlFault !== null) issues.push({ field: 'url', message: urlFault })
  if (!description.success) {
    issues.push({ field: 'description', message: description.error.issues[0]?.message ?? '' })
  }
  const eventsFault = typesFault(entered.events, offeredTypes(endpoint))
  if (eventsFault !== null) issues.push({ field: 'events', message: eventsFault })
  if (!url.success || !description.success || issues.length > 0) throw new DomainError('invalid', issues)
  const events = entered.events.includes('*') ? ['*'] : entered.events
  return { url: url.data, events, description: description.data }
}

function typesFault(events: readonly string[], offered: readonly string[]): string | null {
  if (events.length === 0) return 'Choose at least one message.'
  return events.every((type) => offered.includes(type)) ? null : 'Choose from the list.'
}

/** Why an address may not be called; this deployment's own are those it is known and asked by. */
function addressFault(c: PortalCall, url: string): string | null {
  const own = [new URL(publicOrigin(c.env, c.req.raw)), new URL(c.req.url)]
  const guarded = guardAddress(url, {
    ownHosts: own.map(({ hostname }) => hostname),
    ownOrigins: own.map(({ origin }) => origin),
    allowLoopback: c.env.WEBHOOK_ALLOW_LOOPBACK === 'true',
  })
  return guarded.ok ? null : guarded.reason
}
