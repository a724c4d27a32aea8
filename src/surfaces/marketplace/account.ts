import { retractPublisher } from '../../domain/feeds/public'
import { removeUser } from '../../domain/marketplace/block-user'
import { cancelCompany } from '../../domain/marketplace/cancel-company'
import { frontCacheOf } from '../../platform/front-cache'
import { lookAtOnce } from '../../timeline'
import type { MarketplaceCall } from './environment'
import { provisioningContext } from './gate'

/** `DELETE /maestrano/account/groups/{id}[/{tenant}]`: a group's subscription has ended (`marketplace.md` 7). */
export async function answerGroupCancelled(c: MarketplaceCall): Promise<Response> {
  const group = c.req.param('id') ?? ''
  const publisherId = await cancelCompany(provisioningContext(c), c.var.marketplace, group)
  const front = frontCacheOf(c.executionCtx)
  // Its feeds may have ended with it.
  if (front && publisherId !== null) await retractPublisher(front, publisherId)
  // Sockets of the company's apps find out by themselves within seconds; so they do at once.
  if (publisherId !== null) c.executionCtx.waitUntil(lookAtOnce(c.env, publisherId))
  return answer(c, publisherId)
}

/** `DELETE /maestrano/account/groups/{group_id}/users/{id}[/{tenant}]`: a user left a group. */
export async function answerUserRemoved(c: MarketplaceCall): Promise<Response> {
  const { group_id: group = '', id = '' } = c.req.param()
  return answer(c, await removeUser(provisioningContext(c), c.var.marketplace, group, id))
}

/** What was never known is no error: the hub has nothing to repeat. */
function answer(c: MarketplaceCall, publisherId: number | null): Response {
  const headers = { 'Cache-Control': 'no-store' }
  if (publisherId === null) return c.body(null, 204, headers)
  return c.json({ success: true }, 200, headers)
}
