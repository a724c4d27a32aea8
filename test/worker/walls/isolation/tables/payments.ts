import { ALIAS } from '../../../../../src/surfaces/payments/paths'
import { tokenOf } from '../../../identity/support'
import { noAccount, noBusiness, notFound } from '../../../payments/support'
import {
  asForeign,
  asNobody,
  bearer,
  type Caller,
  type Refused,
  type Row,
  type Rows,
  sending,
  type Table,
  type Told,
} from '../table'
import { badTokens, ofCancelled, withScopes } from '../tokens'
import type { World } from '../world'

const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' }
const unknown = (challenge: string): Told => ({
  status: 401,
  json: { message: 'Authorization has been denied for this request.' },
  headers: { ...headers, 'WWW-Authenticate': challenge },
})
const denied = (json: object): Told => ({ status: 403, json, headers })
const missing: Told = { status: 404, json: notFound, headers }
const lacking = (claim: string) =>
  denied({
    errorCode: 'required_claims',
    message: 'Unable to process this request due to insufficient client claims.',
    errors: [{ claim }],
  })

/** The scope that each route needs (`payments.md` 3). */
const scopes: Readonly<Record<string, string>> = {
  'GET /accounts': 'accounts.read',
  'GET /accounts/:accountId': 'accounts.read',
  'PUT /accounts/:accountId': 'accounts.write',
  'PATCH /accounts/:accountId': 'accounts.write',
  'GET /accounts/:accountId/oneOffSchedules': 'schedules.read',
  'POST /accounts/:accountId/oneOffSchedules': 'schedules.write',
  'GET /accounts/:accountId/oneOffSchedules/:scheduleId': 'schedules.read',
  'DELETE /accounts/:accountId/oneOffSchedules/:scheduleId': 'schedules.write',
  'GET /accounts/:accountId/oneOffSchedules/:scheduleId/status': 'schedules.read',
  'POST /accounts/:accountId/oneOffSchedules/:scheduleId/status': 'schedules.write',
  'GET /accounts/:accountId/auditRecords': 'accounts.read',
  'GET /accounts/:accountId/callNotes': 'accounts.read',
}

function rows({ records }: World): Rows {
  const account = '/accounts/ZQMARK'
  const schedules = `${account}/oneOffSchedules`
  const one = { rightful: 200, foreign: missing } as const
  const named: Record<string, Row> = {
    'GET /accounts': { path: '/accounts', rightful: 200, foreign: 'own' },
    'GET /accounts/:accountId': { path: account, ...one },
    'PUT /accounts/:accountId': {
      path: account,
      body: { businessAccountId: 'ZQBUS', startDate: '2020-01-01' },
      rightful: 200,
      // The business isn't theirs: for them there is none of that name.
      foreign: {
        status: 400,
        json: {
          errorCode: 'validation',
          message: 'Unable to process request due to validation errors.',
          errors: [{ field: 'businessAccountId', message: 'BusinessAccountId could not be found.' }],
        },
      },
    },
    'PATCH /accounts/:accountId': { path: account, body: { email: 'new@example.com' }, ...one },
    'GET /accounts/:accountId/oneOffSchedules': { path: schedules, ...one },
    'POST /accounts/:accountId/oneOffSchedules': {
      path: schedules,
      body: { dueDate: '2031-01-31', amount: 5 },
      rightful: 201,
      foreign: missing,
    },
    'GET /accounts/:accountId/oneOffSchedules/:scheduleId': {
      path: `${schedules}/${records.schedule}`,
      ...one,
    },
    'DELETE /accounts/:accountId/oneOffSchedules/:scheduleId': {
      path: `${schedules}/${records.scheduleDoomed}`,
      ...one,
    },
    'GET /accounts/:accountId/oneOffSchedules/:scheduleId/status': {
      path: `${schedules}/${records.schedule}/status`,
      ...one,
    },
    'POST /accounts/:accountId/oneOffSchedules/:scheduleId/status': {
      path: `${schedules}/${records.schedule}/status`,
      body: { status: 'paid' },
      ...one,
    },
    'GET /accounts/:accountId/auditRecords': { path: `${account}/auditRecords`, ...one },
    'GET /accounts/:accountId/callNotes': { path: `${account}/callNotes`, ...one },
  }
  return named
}

const everywhere = (as: Caller, told: Told): Refused => ({ as, told: () => told })

export const paymentsTable: Table = {
  rows,
  rightful: async ({ a }) => bearer(await tokenOf(a.biller.client)),
  async refused(world) {
    const { a, b } = world
    const refused: Record<string, Refused> = {}
    const bad = {
      ...(await badTokens(world)),
      'a person’s token': sending('Authorization', a.person.app.authorization ?? ''),
    }
    const known = new Set(['the session of an Admin'])
    for (const [who, as] of Object.entries(bad)) {
      refused[who] = everywhere(as, unknown(known.has(who) ? 'Bearer' : 'Bearer error="invalid_token"'))
    }
    refused['no credentials'] = everywhere(asNobody, unknown('Bearer'))
    const other =
      (as: Caller): Caller =>
      (asked) =>
        as({ ...asked, path: `${ALIAS}${asked.path}` })
    refused['no credentials, under the other prefix'] = everywhere(other(asNobody), unknown('Bearer'))
    const theirs = bearer(await tokenOf(b.biller.client))
    refused['another publisher’s client, under the other prefix'] = { as: other(theirs), told: asForeign }
    refused['a cancelled company’s token'] = everywhere(await ofCancelled(), denied(noBusiness))
    const lack = await withScopes(world, ['Service.read', 'Service.write'])
    refused['a token of event subscriptions'] = { as: lack, told: (route) => lacking(scopes[route] ?? '') }
    for (const kept of ['accounts.read', 'accounts.write', 'schedules.read', 'schedules.write']) {
      refused[`a token of ${kept} alone`] = {
        as: await withScopes(world, [kept]),
        told: (route) => (scopes[route] === kept ? null : lacking(scopes[route] ?? '')),
      }
    }
    const all = [...new Set(Object.values(scopes))]
    refused['a client of no business'] = everywhere(await withScopes(world, all, []), denied(noBusiness))
    refused['a client of another business'] = {
      as: await withScopes(world, all, ['ELSEWHERE']),
      told: (route) => (route === 'GET /accounts' ? 'own' : denied(noAccount)),
    }
    refused['another publisher’s client'] = { as: theirs, told: asForeign }
    return refused
  },
}
