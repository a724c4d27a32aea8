import { type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { PaymentsEnv } from './environment'

/**
 * The reference of this surface. Bodies are judged by the domain's own rules, which tell every fault in the contract's
 * literal words, so these schemas say what goes in and out and judge nothing.
 */

const money = z.number().openapi({ example: 50, description: 'Always written with two decimals' })
const date = z.string().openapi({ example: '2030-01-31', description: 'In the business’s time zone' })
const instant = z.string().openapi({ example: '2030-01-01T00:00:00.000Z' })

const newSchedule = z.object({
  dueDate: date,
  amount: money,
  scheduleDescription: z.string().optional(),
  externalScheduleId: z.string().optional(),
})

const schedule = z
  .object({
    scheduleId: z.string().openapi({ example: '12345678' }),
    accountId: z.string().openapi({ example: 'CWAUS999999' }),
    dueDate: date,
    amount: money,
    scheduleDescription: z.string(),
    externalScheduleId: z.string(),
  })
  .openapi('OneOffSchedule')

const accountInput = z.object({
  businessAccountId: z.string().optional(),
  status: z.enum(['active', 'inactive', 'closed']).nullish(),
  startDate: date.nullish(),
  finishDate: date.nullish(),
  termEndDate: date.nullish(),
  paymentStopped: z.boolean().nullish(),
  activePayMethod: z.enum(['CC', 'DD']).nullish(),
  model: z.enum(['gateway', 'fullService']).nullish(),
  subscriberId: z.string().nullish(),
  email: z.string().nullish(),
})

const listedAccount = accountInput.extend({
  accountId: z.string(),
  calendarLinked: z.boolean(),
  totalAmountDue: money,
  outstandingOneOffAmount: money,
  createdDateTime: instant,
  lastUpdatedDateTime: instant,
})

const account = listedAccount
  .extend({ oneOffSchedules: z.array(schedule), hasMoreSchedules: z.boolean() })
  .openapi('PaymentAccount')

const statusInput = z.object({
  status: z.enum(['promised', 'paid', 'overdue', 'failed']),
  date: date.optional(),
  note: z.string().optional(),
})

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
  .openapi('ScheduleStatus')

const responseMetadata = z.object({ nextCursor: z.string(), hasNext: z.boolean() })

const recorded = {
  accountId: z.string(),
  scheduleId: z.string(),
  user: z.string(),
  createdDateTime: instant,
}
const auditRecord = z.object({
  auditRecordId: z.string(),
  ...recorded,
  action: z.string(),
  text: z.string(),
  fields: z.record(z.string(), z.string()),
})
const callNote = z.object({
  callNoteId: z.string(),
  ...recorded,
  note: z.string(),
  purpose: z.literal('DC'),
  callHow: z.literal('WSE'),
})

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
const body = (schema: z.ZodType) => ({ body: { content: { 'application/json': { schema } } } })

const errors = {
  400: json(message, 'Every faulty field, with its message'),
  401: json(message, 'No token, or one that is not valid'),
  403: json(message, 'No scope, no access, or a rule of the account or the date'),
  404: json(message, 'Unknown'),
  429: json(message, 'Too many requests'),
  500: json(message, 'Our fault'),
  503: json(message, 'Maintenance'),
}

const pages = { limit: z.string().optional(), nextCursor: z.string().optional() }
const ofAccount = z.object({ accountId: z.string() })
const ofSchedule = ofAccount.extend({ scheduleId: z.string() })

type Described = Pick<RouteConfig, 'method' | 'path' | 'summary'> & {
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
    summary: 'Read an account',
    scope: 'accounts.read',
    request: { params: ofAccount },
    answers: { 200: json(account, 'The account') },
  },
  {
    method: 'put',
    path: A,
    summary: 'Make or replace an account',
    scope: 'accounts.write',
    request: { params: ofAccount, ...body(accountInput) },
    answers: { 200: json(account, 'Replaced'), 201: json(account, 'Made') },
  },
  {
    method: 'patch',
    path: A,
    summary: 'Change fields of an account',
    scope: 'accounts.write',
    request: { params: ofAccount, ...body(accountInput) },
    answers: { 200: json(account, 'Changed') },
  },
  {
    method: 'get',
    path: `${A}/oneOffSchedules`,
    summary: 'List one-off schedules',
    scope: 'schedules.read',
    request: { params: ofAccount, query: z.object(pages) },
    answers: list('oneOffSchedules', schedule),
  },
  {
    method: 'post',
    path: `${A}/oneOffSchedules`,
    summary: 'Put a one-off schedule on an account',
    scope: 'schedules.write',
    request: { params: ofAccount, ...body(newSchedule) },
    answers: { 201: json(schedule, 'Made') },
  },
  {
    method: 'get',
    path: S,
    summary: 'Read a one-off schedule',
    scope: 'schedules.read',
    request: { params: ofSchedule },
    answers: { 200: json(z.object({ oneOffSchedules: z.array(schedule) }), 'The schedule') },
  },
  {
    method: 'delete',
    path: S,
    summary: 'Delete a one-off schedule',
    scope: 'schedules.write',
    request: { params: ofSchedule },
    answers: { 200: json(message, 'Deleted') },
  },
  {
    method: 'get',
    path: `${S}/status`,
    summary: 'Read the state of a schedule',
    scope: 'schedules.read',
    request: { params: ofSchedule },
    answers: { 200: json(status, 'As of today') },
  },
  {
    method: 'post',
    path: `${S}/status`,
    summary: 'Tell of a promise, a payment or a failure',
    scope: 'schedules.write',
    request: { params: ofSchedule, ...body(statusInput) },
    answers: { 200: json(status, 'As of now'), 409: json(message, 'Already paid') },
  },
  {
    method: 'get',
    path: `${A}/auditRecords`,
    summary: 'List audit records, newest first',
    scope: 'accounts.read',
    request: { params: ofAccount, query: z.object({ ...pages, scheduleId: z.string().optional() }) },
    answers: list('auditRecords', auditRecord),
  },
  {
    method: 'get',
    path: `${A}/callNotes`,
    summary: 'List call notes, newest first',
    scope: 'accounts.read',
    request: { params: ofAccount, query: z.object({ ...pages, scheduleId: z.string().optional() }) },
    answers: list('callNotes', callNote),
  },
]

/** Tells the app's registry of its paths. */
export function registerReference(app: OpenAPIHono<PaymentsEnv>): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'client', { type: 'http', scheme: 'bearer' })
  for (const { scope, request, answers, ...route } of described) {
    app.openAPIRegistry.registerPath({
      ...route,
      tags: ['Payments'],
      security: [{ client: [scope] }],
      ...(request ? { request } : {}),
      responses: { ...answers, ...errors },
    })
  }
}
