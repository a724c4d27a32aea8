import { takeNotification } from '../../domain/marketplace/connec'
import { clock } from '../../platform/clock'
import { readBody, strictText } from '../../platform/http'
import { refuse } from './answers'
import type { MarketplaceCall } from './environment'
import { provisioningContext } from './gate'

const MAX_BODY = 5 * 1024 * 1024

/**
 * `POST /maestrano/connec/notifications[/{tenant}]`: what changed in the data hub (`marketplace.md` 8.4). Whatever it
 * says, the hub hears that it arrived: what can't be used is for our log.
 */
export async function answerNotification(c: MarketplaceCall): Promise<Response> {
  const bytes = await readBody(c.req.raw, MAX_BODY)
  if (bytes === 'too_large') return refuse(c, 413, 'The body is too large')
  if (bytes === 'too_slow') return refuse(c, 408, 'The body did not come in time')
  const { db, encryptionKey, announce = () => {} } = provisioningContext(c)
  const context = { db, now: clock.now, encryptionKey, announce }
  await takeNotification(context, c.var.marketplace, parsed(strictText(bytes)))
  return c.json({}, 200, { 'Cache-Control': 'no-store' })
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
