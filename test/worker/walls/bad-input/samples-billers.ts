import { newId } from '../../../../src/platform/ids'
import { aClient, basic } from '../../identity/support'
import { again, draft, once, type Samples } from './samples'
import type { World } from './world'

const account = {
  businessAccountId: 'MELB01',
  startDate: '2024-01-01',
  activePayMethod: 'DD',
  email: 'ann@example.com',
}

const schedule = {
  dueDate: '2030-01-31',
  amount: 50,
  scheduleDescription: 'Maintenance charges FY20',
  externalScheduleId: 'T125810',
}

/** A valid request of each route of payments and of the token service. */
export function billerSamples(world: World): Samples {
  const { scheduleId } = world
  const call = (route: string, values: string[] = [], json?: unknown, query = '') =>
    draft(route, values, { json, query, headers: { Authorization: world.bearer } })
  const of = (path: string) => `/accounts/:accountId/${path}`
  const one = of('oneOffSchedules/:scheduleId')
  const status = `${one}/status`
  const open = async () => {
    const made = await world.biller.post('/accounts/A1/oneOffSchedules', {
      ...schedule,
      externalScheduleId: newId(),
    })
    return String(made.body.scheduleId)
  }
  return {
    'GET /accounts': again(() =>
      call('GET /accounts', [], undefined, 'limit=10&businessAccountId=MELB01&status=active'),
    ),
    'GET /accounts/:accountId': again(() => call('GET /accounts/:accountId', ['A1'])),
    'PUT /accounts/:accountId': again(() => call('PUT /accounts/:accountId', ['A1'], account)),
    'PATCH /accounts/:accountId': again(() =>
      call('PATCH /accounts/:accountId', ['A1'], { activePayMethod: 'CC' }),
    ),
    [`GET ${of('oneOffSchedules')}`]: again(() =>
      call(`GET ${of('oneOffSchedules')}`, ['A1'], undefined, 'limit=10'),
    ),
    [`POST ${of('oneOffSchedules')}`]: again(() => call(`POST ${of('oneOffSchedules')}`, ['A1'], schedule)),
    [`GET ${one}`]: again(() => call(`GET ${one}`, ['A1', scheduleId])),
    [`DELETE ${one}`]: once(async () => call(`DELETE ${one}`, ['A1', await open()])),
    [`GET ${status}`]: again(() => call(`GET ${status}`, ['A1', scheduleId])),
    [`POST ${status}`]: once(async () => call(`POST ${status}`, ['A1', await open()], { status: 'paid' })),
    [`GET ${of('auditRecords')}`]: again(() =>
      call(`GET ${of('auditRecords')}`, ['A1'], undefined, `limit=10&scheduleId=${scheduleId}`),
    ),
    [`GET ${of('callNotes')}`]: again(() => call(`GET ${of('callNotes')}`, ['A1'], undefined, 'limit=10')),
    'POST /identity/connect/token': again(async () => {
      const { clientId, clientSecret } = await aClient({ publisherId: world.publisher.id })
      const form = {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'schedules.read',
      }
      return draft('POST /identity/connect/token', [], { form })
    }),
    'GET /identity/.well-known/openid-configuration': again(() =>
      draft('GET /identity/.well-known/openid-configuration', []),
    ),
    'GET /identity/.well-known/openid-configuration/jwks': again(() =>
      draft('GET /identity/.well-known/openid-configuration/jwks', []),
    ),
  }
}

/** The request for a token of a client that authenticates by HTTP Basic. */
export const tokenByBasic = (world: World): Samples => ({
  'POST /identity/connect/token': again(async () => {
    const { clientId, clientSecret } = await aClient({ publisherId: world.publisher.id })
    const form = { grant_type: 'client_credentials', scope: 'schedules.read' }
    return draft('POST /identity/connect/token', [], { form, headers: basic(clientId, clientSecret) })
  }),
})
