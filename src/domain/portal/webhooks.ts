import { GuardBroken, guardAgainst } from '../../platform/d1'
import { newId } from '../../platform/ids'
import { invalid } from '../errors'
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type EndpointRow,
  type EndpointValues,
  listEndpoints,
  MAX_ENDPOINTS,
  readEndpoint,
  rotateSecret,
} from '../webhooks/endpoints'
import { pingEndpoint, replayDelivery } from '../webhooks/log'
import { audited, type Condition } from './audit'
import type { PortalContext } from './context'
import { type Made, once, type PostedForm } from './once'
import { unlessOvertaken } from './revisions'

/** Webhook endpoints as staff make and change them (`portal.md`, `/portal/webhooks`). */

/** What staff decide of an endpoint. */
export type EndpointForm = Pick<EndpointValues, 'url' | 'events' | 'description'>

/** True where the endpoint is the publisher's, and what else is asked of it. */
function endpointIs(ctx: PortalContext, id: string, more = 'true', ...values: unknown[]): Condition {
  return {
    sql: `EXISTS (SELECT 1 FROM webhook_endpoints WHERE id = ?9 AND publisher_id = ?10 AND ${more})`,
    values: [id, ctx.publisher.id, ...values],
  }
}

/**
 * Makes an endpoint, once for each form; its secret is answered to the first post alone.
 * @throws DomainError `invalid` for one too many
 */
export async function makeEndpoint(
  ctx: PortalContext,
  form: PostedForm,
  values: EndpointForm,
): Promise<Made & { readonly secret: string | null }> {
  const id = newId()
  let told: string | null = null
  // One too many must not use the form up: nothing of the batch may stay.
  const isFull = `(SELECT count(*) FROM webhook_endpoints WHERE publisher_id = ?1) >= ${MAX_ENDPOINTS}`
  const make = async (acting: PortalContext) => {
    const guarded = {
      ...acting,
      inEachWrite: [...acting.inEachWrite, guardAgainst(ctx.db, isFull, ctx.publisher.id)],
    }
    const made = await createEndpoint(guarded, { ...values, format: 'standard', active: true }, { id })
    told = made.secret
    return id
  }
  try {
    const made = await once(audited(ctx, 'webhook.created', id), form, make, id)
    return { ...made, secret: made.isFirst ? told : null }
  } catch (error) {
    if (!(error instanceof GuardBroken)) throw error
    throw invalid('url', `There are ${MAX_ENDPOINTS} endpoints already, which is the most. Delete one first.`)
  }
}

/** Moves with every change of an endpoint. */
export const revisionOfEndpoint = (endpoint: EndpointRow): number => endpoint.modifiedAt

/** Changes an endpoint, unless somebody did since `revision`. @throws Overtaken, DomainError `not_found`, `invalid` */
export async function saveEndpoint(
  ctx: PortalContext,
  id: string,
  revision: number,
  values: EndpointForm,
): Promise<void> {
  const before = await readEndpoint(ctx, id)
  const isSame =
    before.url === values.url &&
    before.description === values.description &&
    JSON.stringify(before.events) === JSON.stringify(values.events)
  if (isSame) return
  await unlessOvertaken(
    audited(ctx, 'webhook.updated', id, endpointIs(ctx, id)),
    'webhook_endpoints',
    id,
    revision,
    async (acting) => {
      await changeEndpoint(acting, id, values, {})
    },
  )
}

/** Deletes an endpoint and its log. @throws DomainError `not_found` */
export async function dropEndpoint(ctx: PortalContext, id: string): Promise<void> {
  await deleteEndpoint(audited(ctx, 'webhook.deleted', id, endpointIs(ctx, id)), id)
}

/** How long the former secret signs beside the new one (`webhooks.md` 1). */
export const OVERLAP_HOURS = 24

/**
 * Gives an endpoint a new secret, once for each form where there is one; it is answered to the first post alone.
 * @throws DomainError `not_found`
 */
export async function renewSecret(
  ctx: PortalContext,
  id: string,
  form: PostedForm | null,
): Promise<{ readonly secret: string | null }> {
  let told: string | null = null
  const rotate = async (acting: PortalContext) => {
    told = (await rotateSecret(acting, id, { overlapHours: OVERLAP_HOURS })).secret
    return id
  }
  await readEndpoint(ctx, id)
  const recorded = audited(ctx, 'webhook.rotated', id, endpointIs(ctx, id))
  if (form === null) await rotate(recorded)
  else await once(recorded, form, rotate, id)
  return { secret: told }
}

/** Enables or disables an endpoint; one that is so already is left alone. @throws DomainError `not_found` */
export async function switchEndpoint(ctx: PortalContext, id: string, active: boolean): Promise<void> {
  const before = await readEndpoint(ctx, id)
  // Enabling one that runs still clears what it carries of failing.
  const changes = active ? !before.active || before.notice !== null : before.active
  if (!changes) return
  const action = active ? 'webhook.enabled' : 'webhook.disabled'
  await changeEndpoint(audited(ctx, action, id, endpointIs(ctx, id)), id, { active }, {})
}

/** Sends a ping; answers its message id. @throws DomainError `not_found` */
export function testEndpoint(ctx: PortalContext, id: string): Promise<string> {
  return pingEndpoint(audited(ctx, 'webhook.tested', id, endpointIs(ctx, id)), id)
}

/** Sends a message again. @throws DomainError `not_found`, `inactive` */
export function replayMessage(ctx: PortalContext, id: string, messageId: string): Promise<void> {
  const isThere = endpointIs(
    ctx,
    id,
    'active = 1 AND EXISTS (SELECT 1 FROM webhook_deliveries WHERE endpoint_id = ?9 AND message_id = ?11)',
    messageId,
  )
  return replayDelivery(audited(ctx, 'webhook.replayed', `${id}/${messageId}`, isThere), id, messageId)
}

/** Whether an endpoint asks for somebody: we disabled it, or it has only failed of late. */
export function isInTrouble({ active, disabledReason, failingSince }: EndpointRow): boolean {
  return active ? failingSince !== null : disabledReason === 'gone' || disabledReason === 'failing'
}

/** Every endpoint of the publisher, oldest first: there are few. */
export function allEndpoints(ctx: PortalContext): Promise<EndpointRow[]> {
  return listEndpoints(ctx, { page: 1, limit: MAX_ENDPOINTS })
}
