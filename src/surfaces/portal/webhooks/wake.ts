import { wakeEndpoint } from '../../../changes'
import type { PortalCall } from '../environment'

/** Wakes an endpoint for what was just recorded as due; should that fail, the sweep does. */
export function wakeEndpointSoon(c: PortalCall, endpointId: string): void {
  c.executionCtx.waitUntil(wakeEndpoint(c.env, endpointId).catch(() => {}))
}
