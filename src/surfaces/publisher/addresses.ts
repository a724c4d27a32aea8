import type { Context } from 'hono'
import { invalid } from '../../domain/errors'
import { guardAddress } from '../../webhooks/address-guard'
import type { PublisherEnv } from './environment'

/** An outgoing address must pass the guard; this deployment's own are those it is known and asked by. @throws DomainError `invalid` */
export function checkAddress(c: Context<PublisherEnv>, field: string, address: string): void {
  const own = [new URL(c.var.origin), new URL(c.req.url)]
  const guarded = guardAddress(address, {
    ownHosts: own.map((url) => url.hostname),
    ownOrigins: own.map((url) => url.origin),
    allowLoopback: c.env.WEBHOOK_ALLOW_LOOPBACK === 'true',
  })
  if (!guarded.ok) throw invalid(field, guarded.reason)
}
