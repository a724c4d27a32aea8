import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { DomainError, type DomainErrorCode, type FieldIssue } from '../../domain/errors'
import { logFault } from '../../platform/fault-log'
import type { EventsEnv } from './environment'

type Status = 400 | 401 | 403 | 404 | 405 | 408 | 409 | 410 | 413 | 426 | 429 | 500

/** The errors of this dialect by their code on the wire (`event-subscriptions.md` 1). */
const errors = {
  INVALID_JSON: [400, 'The body must be one JSON object in UTF-8.'],
  VALIDATION_FAILED: [400, 'The request is not valid.'],
  FILTER_NOT_SYNCABLE: [400, 'This filter can not be combined with sync_token: items can leave it unseen.'],
  CODE_INVALID: [400, 'The code is not right.'],
  NOT_AUTHENTICATED: [401, 'Authentication is required.'],
  FORBIDDEN: [403, 'You may not do this.'],
  INSUFFICIENT_SCOPE: [403, 'The token lacks the scope for this.'],
  PERMISSION_TRANSITION: [403, 'You may not change the permission in this way.'],
  INDIRECT_RELATION: [403, 'This subscription comes through calendars and can only be answered.'],
  NOT_FOUND: [404, 'There is nothing at this path.'],
  EVENT_SUBSCRIPTION_NOT_FOUND: [404, 'The event subscription does not exist.'],
  EVENT_NOT_FOUND: [404, 'The event does not exist.'],
  CALENDAR_NOT_FOUND: [404, 'The calendar does not exist.'],
  SUBSCRIBER_NOT_FOUND: [404, 'The subscriber does not exist.'],
  METHOD_NOT_ALLOWED: [405, 'This path does not have that method.'],
  REQUEST_TIMEOUT: [408, 'The body did not come in time.'],
  CONTACT_CONFLICT: [409, 'The e-mail address and the phone number belong to different persons.'],
  LIMIT_REACHED: [409, 'A limit is reached.'],
  SYNC_TOKEN_INVALID: [410, 'The sync token is of another life of the sequence: start again from 0.'],
  CODE_EXPIRED: [410, 'No code is pending: ask for a new one.'],
  PAYLOAD_TOO_LARGE: [413, 'The body is over 64 KiB.'],
  UPGRADE_REQUIRED: [426, 'This path speaks WebSocket.'],
  RATE_LIMITED: [429, 'Too many requests. Try again later.'],
  GENERAL_SYSTEM_ERROR: [500, 'Something went wrong on our side.'],
} as const satisfies Record<string, readonly [Status, string]>

export type ErrorCode = keyof typeof errors

/** This dialect's code for each domain error. A new code that is missing here does not compile. */
const answers: Record<DomainErrorCode, ErrorCode> = {
  invalid: 'VALIDATION_FAILED',
  forbidden: 'FORBIDDEN',
  not_found: 'NOT_FOUND',
  gone: 'NOT_FOUND',
  inactive: 'FORBIDDEN',
  already_exists: 'LIMIT_REACHED',
  limit_reached: 'LIMIT_REACHED',
  idempotency_conflict: 'LIMIT_REACHED',
  event_not_found: 'EVENT_NOT_FOUND',
  subscriber_not_found: 'SUBSCRIBER_NOT_FOUND',
  relation_not_found: 'EVENT_SUBSCRIPTION_NOT_FOUND',
  calendar_not_found: 'CALENDAR_NOT_FOUND',
  permission_transition: 'PERMISSION_TRANSITION',
  indirect_relation: 'INDIRECT_RELATION',
  contact_conflict: 'CONTACT_CONFLICT',
  code_invalid: 'CODE_INVALID',
  code_expired: 'CODE_EXPIRED',
  filter_not_syncable: 'FILTER_NOT_SYNCABLE',
  sync_token_invalid: 'SYNC_TOKEN_INVALID',
  not_authenticated: 'NOT_AUTHENTICATED',
  rate_limited: 'RATE_LIMITED',
}

/** On every answer: never cached, and open to every origin, since nothing here is authorised by a cookie. */
const always = {
  'Cache-Control': 'no-store',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Retry-After, WWW-Authenticate',
}

const json = { 'Content-Type': 'application/json; charset=utf-8' }

/** What an error says beside its code. */
type Details = { issues?: readonly FieldIssue[]; headers?: Record<string, string> }

/** An error in this dialect's envelope. */
export function refuse(c: Context<EventsEnv>, code: ErrorCode, { issues, headers }: Details = {}): Response {
  const [status, message] = errors[code]
  const told = issues?.map((issue) => ({ path: issue.field, message: issue.message }))
  const error = { status_code: status, message, code, ...(told ? { issues: told } : {}) }
  return c.body(JSON.stringify({ error }), status, {
    ...always,
    ...json,
    ...(status === 401 ? { 'WWW-Authenticate': 'Token, Bearer' } : {}),
    ...(status === 429 ? { 'Retry-After': '10' } : {}),
    ...headers,
  })
}

/** Turns whatever was thrown into the dialect's answer; what is our fault gives nothing away. */
export function answerError(error: unknown, c: Context<EventsEnv>): Response {
  if (error instanceof DomainError) {
    const headers = error.retryAfterSeconds === null ? {} : { 'Retry-After': String(error.retryAfterSeconds) }
    return refuse(c, answers[error.code], error.code === 'invalid' ? { issues: error.issues } : { headers })
  }
  logFault('events', error)
  return refuse(c, 'GENERAL_SYSTEM_ERROR')
}

/** An answer whose `data` is JSON text already: an array. */
export function answerText(
  c: Context<EventsEnv>,
  data: string,
  meta: Record<string, unknown>,
  status: 200 | 202 = 200,
): Response {
  return c.body(`{"data":${data},"meta_data":${JSON.stringify(meta)}}`, status, { ...always, ...json })
}

/** An answer of items. */
export function answerItems(
  c: Context<EventsEnv>,
  items: readonly unknown[],
  meta: Record<string, unknown>,
  status: 200 | 202 = 200,
): Response {
  return answerText(c, JSON.stringify(items), meta, status)
}

/** 204, for what is gone now. */
export function answerNothing(c: Context<EventsEnv>): Response {
  return c.body(null, 204, always)
}

/** The answer to a browser that asks whether it may call: it may, from everywhere. */
export function answerPreflight(c: Context<EventsEnv>): Response {
  return c.body(null, 204, {
    ...always,
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'Access-Control-Allow-Headers': 'authorization, content-type',
    'Access-Control-Max-Age': '86400',
  })
}

const errorSchema = z
  .object({
    error: z.object({
      status_code: z.number().int(),
      message: z.string(),
      code: z.string(),
      issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    }),
  })
  .openapi('EventsError')

const error = (description: string, code: ErrorCode, issues?: { path: string; message: string }[]) => {
  const [status, message] = errors[code]
  const example = { error: { status_code: status, message, code, ...(issues ? { issues } : {}) } }
  return { description, content: { 'application/json': { schema: errorSchema, example } } }
}

/** Of the path that is no HTTP beyond its beginning, for its reference. */
export const upgradeRequired = { 426: error('Asked for without an upgrade', 'UPGRADE_REQUIRED') }

/** The errors that every route of this surface may answer, for its reference. */
export const eventsErrors = {
  400: error('Invalid body or parameter', 'VALIDATION_FAILED', [
    { path: 'event_id', message: 'Is required.' },
  ]),
  401: error('No credential, or one that is not valid', 'NOT_AUTHENTICATED'),
  403: error('Visible, but not allowed', 'FORBIDDEN'),
  404: error('Unknown, or not visible to the caller', 'EVENT_SUBSCRIPTION_NOT_FOUND'),
  408: error('The body did not come within 30 seconds', 'REQUEST_TIMEOUT'),
  409: error('A conflict, or a limit reached', 'LIMIT_REACHED'),
  410: error('A sync token of another life, or no code pending', 'SYNC_TOKEN_INVALID'),
  413: error('Body over 64 KiB', 'PAYLOAD_TOO_LARGE'),
  429: error('Too many requests', 'RATE_LIMITED'),
  500: error('Our fault', 'GENERAL_SYSTEM_ERROR'),
}
