import { Hono } from 'hono'
import type { Scope } from '../../domain/identity'
import { bookmarkOf } from '../../platform/d1'
import { note } from '../../platform/request-log'
import { getAccount, getAccounts, patchAccountRoute, putAccountRoute } from './accounts'
import { answerError, refuse, refuseMethod, refusePath } from './answers'
import type { PaymentsCall, PaymentsEnv } from './environment'
import { admit } from './gate'
import { patterns, type ReadPath, readPath, splitPrefix, type TargetKind } from './paths'
import { getAuditRecords, getCallNotes } from './records'
import { deleteScheduleRoute, getSchedule, getSchedules, postSchedule } from './schedules'
import { getStatus, postStatus } from './status'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type Route = readonly [scope: Scope, handler: (c: PaymentsCall) => Promise<Response>]

/** Each path's methods, in the order of `Allow`, and the scope that each needs (`payments.md` 3). */
export const routes: Record<TargetKind, Partial<Record<Method, Route>>> = {
  accounts: { GET: ['accounts.read', getAccounts] },
  account: {
    GET: ['accounts.read', getAccount],
    PUT: ['accounts.write', putAccountRoute],
    PATCH: ['accounts.write', patchAccountRoute],
  },
  schedules: {
    GET: ['schedules.read', getSchedules],
    POST: ['schedules.write', postSchedule],
  },
  schedule: {
    GET: ['schedules.read', getSchedule],
    DELETE: ['schedules.write', deleteScheduleRoute],
  },
  status: {
    GET: ['schedules.read', getStatus],
    POST: ['schedules.write', postStatus],
  },
  auditRecords: { GET: ['accounts.read', getAuditRecords] },
  callNotes: { GET: ['accounts.read', getCallNotes] },
}

/** Payments (`payments.md`): accounts and one-off schedules. Its paths are read by hand, since missing ids count. */
export const paymentsApp = new Hono<PaymentsEnv>()

paymentsApp.all('*', async (c) => {
  if (c.env.PAYMENTS_NOTICE) c.header('X-Notification', c.env.PAYMENTS_NOTICE)
  if (c.env.MAINTENANCE === 'true') return refuse(c, 503, { 'Retry-After': '300' })
  const { prefix, path } = splitPrefix(new URL(c.req.url).pathname)
  const read = readPath(path)
  if (!('known' in read)) return answerUnroutable(c, read)
  note(c.executionCtx, { route: patterns[read.known.kind] })
  const methods = routes[read.known.kind]
  const method = methodOf(c)
  const route = Object.hasOwn(methods, method) ? methods[method] : undefined
  if (!route) return answerMethod(c, Object.keys(methods).join(', '))
  const [scope, handler] = route
  const refused = await admit(c, scope)
  if (refused) return refused
  c.set('target', read.known)
  c.set('prefix', prefix)
  const response = await handler(c)
  for (const [name, value] of Object.entries(bookmarkOf(c.req, c.var.session))) {
    response.headers.set(name, value)
  }
  return response
})

paymentsApp.onError(answerError)

/** HEAD goes with GET. */
function methodOf(c: PaymentsCall): Method {
  return (c.req.raw.method === 'HEAD' ? 'GET' : c.req.raw.method) as Method
}

/** A path that names nothing: unknown, or without an id. */
function answerUnroutable(c: PaymentsCall, read: Exclude<ReadPath, { known: unknown }>): Response {
  if ('unknown' in read) return refusePath(c)
  if (read.notFoundFor === c.req.raw.method) return refuse(c, 404)
  return answerMethod(c, 'OPTIONS')
}

function answerMethod(c: PaymentsCall, allow: string): Response {
  if (c.req.raw.method !== 'OPTIONS') return refuseMethod(c, allow)
  return c.body(null, 204, { Allow: allow, 'Cache-Control': 'no-store' })
}
