import { createRoute, z } from '@hono/zod-openapi'
import { atNewHome, inEach } from '../../databases'
import { DomainError } from '../../domain/errors'
import { findMarketplace, type Marketplace } from '../../domain/marketplace/marketplaces'
import {
  disableMarketplace,
  listMarketplaces,
  putMarketplace,
} from '../../domain/marketplace/put-marketplace'
import { certificateFacts, certificateSchema, judgeCertificates } from './certificates'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'
import { enter } from './home'
import { fromWire, marketplaceInput, plainAddresses, tenantName } from './marketplace-fields'

const tags = ['Marketplaces']
const security = [{ operator: [] }]

const path = z.object({ tenant: z.string().openapi({ example: 'demo' }) })

const { apiKey: _, idp, ...told } = marketplaceInput.shape
const marketplaceSchema = z
  .object({
    tenant: z.string(),
    status: z.enum(['enabled', 'disabled']),
    ...told,
    idp: idp.extend({ certificates: z.array(certificateSchema) }),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .openapi('Marketplace')

const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: marketplaceSchema } },
})

const put = createRoute({
  method: 'put',
  path: '/operator/marketplaces/{tenant}',
  operationId: 'putMarketplace',
  tags,
  security,
  summary: 'Make a marketplace, or replace its settings',
  request: {
    params: z.object({ tenant: tenantName }),
    body: { required: true, content: { 'application/json': { schema: marketplaceInput } } },
  },
  responses: { 200: answer('Replaced'), 201: answer('Made'), ...operatorErrors },
})

const get = createRoute({
  method: 'get',
  path: '/operator/marketplaces/{tenant}',
  operationId: 'readMarketplace',
  tags,
  security,
  summary: 'Read a marketplace',
  request: { params: path },
  responses: { 200: answer('The marketplace'), ...operatorErrors },
})

const list = createRoute({
  method: 'get',
  path: '/operator/marketplaces',
  operationId: 'listMarketplaces',
  tags,
  security,
  summary: 'List marketplaces',
  responses: {
    200: {
      description: 'By name',
      content: { 'application/json': { schema: z.object({ data: z.array(marketplaceSchema) }) } },
    },
    ...operatorErrors,
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/operator/marketplaces/{tenant}',
  operationId: 'disableMarketplace',
  tags,
  security,
  summary: 'Disable a marketplace',
  request: { params: path },
  responses: {
    204: { description: 'Disabled: its paths answer 404 and its sessions have ended; companies stay' },
    ...operatorErrors,
  },
})

function toWire(marketplace: Marketplace): z.infer<typeof marketplaceSchema> {
  const { tenant, enabled, createdAt, updatedAt, apiKey: _key, idp, ...settings } = marketplace
  return {
    tenant,
    status: enabled ? 'enabled' : 'disabled',
    ...settings,
    plans: settings.plans.map((plan) => ({ ...plan })),
    extras: settings.extras.map((extra) => ({ ...extra })),
    idp: { ...idp, certificates: certificateFacts(idp) },
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  }
}

/** Addresses of this very machine are for local development alone. @throws DomainError `invalid` */
function assertEncrypted(fields: readonly string[], allowsLoopback: boolean): void {
  if (fields.length === 0 || allowsLoopback) return
  throw new DomainError(
    'invalid',
    fields.map((field) => ({ field, message: 'Must be an https address.' })),
  )
}

/** Marketplaces (`marketplace.md` 1). */
export function registerMarketplaces(app: OperatorApp): void {
  app.openapi(put, async (c) => {
    const { tenant } = c.req.valid('param')
    const input = c.req.valid('json')
    assertEncrypted(plainAddresses(input), c.env.WEBHOOK_ALLOW_LOOPBACK === 'true')
    judgeCertificates(input.idp)
    const { settings, apiKey } = fromWire(input)
    const { db, encryptionKey } = c.var.context
    // A new one lives where new publishers do, and so will its companies.
    if (apiKey !== null && !(await findMarketplace(db, tenant, encryptionKey))) {
      enter(c, await atNewHome(c.env))
    }
    const { marketplace, isNew } = await putMarketplace(c.var.context, tenant, settings, apiKey)
    return c.json(toWire(marketplace), isNew ? 201 : 200)
  })

  app.openapi(get, async (c) => {
    const { db, encryptionKey } = c.var.context
    const found = await findMarketplace(db, c.req.valid('param').tenant, encryptionKey)
    if (!found) throw new DomainError('not_found')
    return c.json(toWire(found), 200)
  })

  app.openapi(list, async (c) => {
    const { encryptionKey } = c.var.context
    const each = inEach(c.env).map(({ DB }) => {
      return listMarketplaces({ db: DB.withSession('first-primary'), encryptionKey })
    })
    const all = (await Promise.all(each)).flat().sort((a, b) => (a.tenant < b.tenant ? -1 : 1))
    return c.json({ data: all.map(toWire) }, 200)
  })

  app.openapi(remove, async (c) => {
    await disableMarketplace(c.var.context, c.req.valid('param').tenant)
    return c.body(null, 204)
  })
}
