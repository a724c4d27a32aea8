import { type RouteConfig, z } from '@hono/zod-openapi'
import { PaymentError } from '../../domain/payments'
import { describeRoutes } from '../../platform/openapi/describe'
import type { Document } from '../../platform/openapi/document'
import { bodyOf, claimBody, messages } from './answers'
import { accountExample, noteExample, recordExample, scheduleExample, statusExample } from './examples'

/**
 * The reference of this surface. Bodies are judged by the domain's own rules, which tell every fault in the contract's
 * literal words, so these schemas say what goes in and out and judge nothing.
 */

const money = z.number().openapi({ example: 50, description: 'Always written with two decimals' })
const date = z.string().openapi({ example: '2030-01-31', description: 'In the business’s time zone' })
const instant = z.string().openapi({ example: '2030-01-01T00:00:00.000Z' })

const newSchedule = z
  .object({
    dueDate: date,
    amount: money,
    scheduleDescription: z.string().nullish().openapi({ example: 'Maintenance charges FY20' }),
    externalScheduleId: z.string().nullish().openapi({ example: 'T125810' }),
  })
  .openapi('NewOneOffSchedule')

const schedule = z
  .object({
    scheduleId: z.string(),
    accountId: z.string(),
    dueDate: date,
    amount: money,
    scheduleDescription: z.string(),
    externalScheduleId: z.string(),
  })
  .openapi('OneOffSchedule', { example: scheduleExample })

const accountFields = {
  businessAccountId: z.string().optional().openapi({ description: 'Required of a new account' }),
  status: z.enum(['active', 'inactive', 'closed']).nullish(),
  startDate: date.nullish(),
  finishDate: date.nullish(),
  termEndDate: date.nullish(),
  paymentStopped: z.boolean().nullish(),
  activePayMethod: z.enum(['CC', 'DD']).nullish(),
  model: z.enum(['gateway', 'fullService']).nullish(),
  subscriberId: z.string().nullish(),
  email: z.string().nullish(),
}

const wholeAccount = z.object(accountFields).openapi('NewPaymentAccount', {
  example: {
    businessAccountId: 'DEMO01',
    startDate: '2024-01-01',
    activePayMethod: 'DD',
    email: 'ann@example.com',
  },
})
const changedAccount = z
  .object(accountFields)
  .openapi('ChangedPaymentAccount', { example: { activePayMethod: 'CC' } })

const listedFields = {
  ...accountFields,
  accountId: z.string(),
  calendarLinked: z.boolean(),
  totalAmountDue: money,
  outstandingOneOffAmount: money,
  createdDateTime: instant,
  lastUpdatedDateTime: instant,
}

const listedAccount = z.object(listedFields).openapi('ListedPaymentAccount', { example: accountExample })

const account = z
  .object({ ...listedFields, oneOffSchedules: z.array(schedule), hasMoreSchedules: z.boolean() })
  .openapi('PaymentAccount', {
    example: { ...accountExample, oneOffSchedules: [scheduleExample], hasMoreSchedules: false },
  })

const statusInput = z
  .object({
    status: z.enum(['promised', 'paid', 'overdue', 'failed']),
    date: date.nullish(),
    note: z.string().nullish(),
  })
  .openapi('NewScheduleStatus', { example: { status: 'paid' } })

const status = z
  .object({
    scheduleId: z.string(),
    accountId: z.string(),
    status: z.enum(['upcoming', 'due', 'promised', 'overdue', 'failed', 'paid']),
    date,
    note: z.string(),
    payMethod: z.enum(['CC', 'DD']).nullable(),
    changedDateTime: instant,
  })
  .openapi('ScheduleStatus', { example: statusExample })

const responseMetadata = z
  .object({ nextCursor: z.string(), hasNext: z.boolean() })
  .openapi('PaymentsPage', { example: { nextCursor: '', hasNext: false } })

const recorded = {
  accountId: z.string(),
  scheduleId: z.string(),
  user: z.string(),
  createdDateTime: instant,
}
const auditRecord = z
  .object({
    auditRecordId: z.string(),
    ...recorded,
    action: z.string(),
    text: z.string(),
    fields: z.record(z.string(), z.string()),
  })
  .openapi('AuditRecord', { example: recordExample })
const callNote = z
  .object({
    callNoteId: z.string(),
    ...recorded,
    note: z.string(),
    purpose: z.literal('DC'),
    callHow: z.literal('WSE'),
  })
  .openapi('CallNote', { example: noteExample })

const message = z
  .object({
    message: z.string(),
    errorCode: z.string().optional(),
    errors: z.array(z.record(z.string(), z.string())).optional(),
  })
  .openapi('PaymentsError')

const json = (schema: z.ZodType, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})
const body = (schema: z.ZodType) => ({
  body: { required: true, content: { 'application/json': { schema } } },
})

const refusal = (description: string, example: object) => ({
  description,
  content: { 'application/json': { schema: message, example } },
})
const failure = (description: string, error: PaymentError) => refusal(description, bodyOf(error)[1])
const plainly = (description: string, status: keyof typeof messages) =>
  refusal(description, { message: messages[status] })

const faulty = new PaymentError('invalid', [{ field: 'dueDate', message: 'DueDate is required.' }])

const errors = (scope: string) => ({
  400: failure('Every faulty field, with its message', faulty),
  401: plainly('No token, or one that is not valid', 401),
  403: refusal('No scope, no access, or a rule of the account or the date', claimBody(scope)),
  404: plainly('Unknown', 404),
  408: plainly('The body did not come within 30 seconds', 408),
  413: plainly('Body too large', 413),
  429: plainly('Too many requests', 429),
  500: plainly('Our fault', 500),
  503: plainly('Maintenance', 503),
})

const pages = { limit: z.string().optional(), nextCursor: z.string().optional() }
const ofAccount = z.object({ accountId: z.string().openapi({ example: scheduleExample.accountId }) })
const ofSchedule = ofAccount.extend({
  scheduleId: z.string().openapi({ example: scheduleExample.scheduleId }),
})

type Described = Pick<RouteConfig, 'method' | 'path' | 'operationId' | 'summary'> & {
  readonly scope: string
  readonly request: RouteConfig['request']
  readonly answers: RouteConfig['responses']
}

const A = '/accounts/{accountId}'
const S = `${A}/oneOffSchedules/{scheduleId}`
const list = (name: string, item: z.ZodType) => ({
  200: json(z.object({ [name]: z.array(item), responseMetadata }), 'A page'),
})

const described: readonly Described[] = [
  {
    method: 'get',
    path: '/accounts',
    operationId: 'listPaymentAccounts',
    summary: 'List accounts',
    scope: 'accounts.read',
    request: {
      query: z.object({ ...pages, businessAccountId: z.string().optional(), status: z.string().optional() }),
    },
    answers: list('accounts', listedAccount),
  },
  {
    method: 'get',
    path: A,
    operationId: 'readPaymentAccount',
    summary: 'Read an account',
    scope: 'accounts.read',
    request: { params: ofAccount },
    answers: { 200: json(account, 'The account') },
  },
  {
    method: 'put',
    path: A,
    operationId: 'putPaymentAccount',
    summary: 'Make or replace an account',
    scope: 'accounts.write',
    request: { params: ofAccount, ...body(wholeAccount) },
    answers: { 200: json(account, 'Replaced'), 201: json(account, 'Made') },
  },
  {
    method: 'patch',
    path: A,
    operationId: 'changePaymentAccount',
    summary: 'Change fields of an account',
    scope: 'accounts.write',
    request: { params: ofAccount, ...body(changedAccount) },
    answers: { 200: json(account, 'Changed') },
  },
  {
    method: 'get',
    path: `${A}/oneOffSchedules`,
    operationId: 'listSchedules',
    summary: 'List one-off schedules',
    scope: 'schedules.read',
    request: { params: ofAccount, query: z.object(pages) },
    answers: list('oneOffSchedules', schedule),
  },
  {
    method: 'post',
    path: `${A}/oneOffSchedules`,
    operationId: 'createSchedule',
    summary: 'Put a one-off schedule on an account',
    scope: 'schedules.write',
    request: { params: ofAccount, ...body(newSchedule) },
    answers: { 201: json(schedule, 'Made') },
  },
  {
    method: 'get',
    path: S,
    operationId: 'readSchedule',
    summary: 'Read a one-off schedule',
    scope: 'schedules.read',
    request: { params: ofSchedule },
    answers: { 200: json(z.object({ oneOffSchedules: z.array(schedule) }), 'The schedule') },
  },
  {
    method: 'delete',
    path: S,
    operationId: 'deleteSchedule',
    summary: 'Delete a one-off schedule',
    scope: 'schedules.write',
    request: { params: ofSchedule },
    answers: { 200: refusal('Deleted', { message: 'One-off schedule successfully deleted' }) },
  },
  {
    method: 'get',
    path: `${S}/status`,
    operationId: 'readScheduleStatus',
    summary: 'Read the state of a schedule',
    scope: 'schedules.read',
    request: { params: ofSchedule },
    answers: { 200: json(status, 'As of today') },
  },
  {
    method: 'post',
    path: `${S}/status`,
    operationId: 'setScheduleStatus',
    summary: 'Tell of a promise, a payment or a failure',
    scope: 'schedules.write',
    request: { params: ofSchedule, ...body(statusInput) },
    answers: {
      200: json(status, 'As of now'),
      409: failure('Already paid', new PaymentError('already_paid')),
    },
  },
  {
    method: 'get',
    path: `${A}/auditRecords`,
    operationId: 'listAuditRecords',
    summary: 'List audit records, newest first',
    scope: 'accounts.read',
    request: { params: ofAccount, query: z.object({ ...pages, scheduleId: z.string().optional() }) },
    answers: list('auditRecords', auditRecord),
  },
  {
    method: 'get',
    path: `${A}/callNotes`,
    operationId: 'listCallNotes',
    summary: 'List call notes, newest first',
    scope: 'accounts.read',
    request: { params: ofAccount, query: z.object({ ...pages, scheduleId: z.string().optional() }) },
    answers: list('callNotes', callNote),
  },
]

const tags = [
  {
    name: 'Payments',
    description: 'Accounts of a biller, and the one-off schedules on them: dates in the calendar.',
  },
]

/** The reference of payments. Every path is also under `/CustomerServices/v1.0`. */
export function paymentsReference(): Document {
  const routes = described.map(({ scope, request, answers, ...route }) => ({
    ...route,
    tags: ['Payments'],
    security: [{ accessToken: [scope] }],
    ...(request ? { request } : {}),
    responses: { ...answers, ...errors(scope) },
  }))
  return describeRoutes(routes, { tags })
}
