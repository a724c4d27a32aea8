import { createRoute, z } from '@hono/zod-openapi'
import { announceChanges } from '../../changes'
import { DomainError, invalid } from '../../domain/errors'
import { type CompanyPosition, viewCompanies } from '../../domain/marketplace/company-view'
import { readLog } from '../../domain/marketplace/log'
import { findMarketplace } from '../../domain/marketplace/marketplaces'
import { reactivateCompany } from '../../domain/marketplace/reactivate-company'
import { companyAnswer, companySchema, readCompanyAnswer } from './company-wire'
import { operatorErrors, refuse } from './envelope'
import type { OperatorApp, OperatorCall } from './environment'

const tags = ['Marketplaces']
const security = [{ operator: [] }]

const tenantPath = z.object({ tenant: z.string().openapi({ example: 'demo' }) })
const groupPath = tenantPath.extend({ uid: z.string().openapi({ example: 'cld-1' }) })

const limit = (most: number, usual: number) => {
  const error = `Must be a whole number from 1 to ${most}.`
  return z.coerce.number({ error }).int(error).min(1, error).max(most, error).default(usual)
}

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const listGroups = createRoute({
  method: 'get',
  path: '/operator/marketplaces/{tenant}/groups',
  operationId: 'listCompanies',
  tags,
  security,
  summary: 'List the companies of a marketplace',
  request: {
    params: tenantPath,
    query: z.object({ limit: limit(100, 50), cursor: z.string().default('') }),
  },
  responses: {
    200: json(z.object({ data: z.array(companySchema), next: z.string().optional() }), 'Oldest first'),
    ...operatorErrors,
  },
})

const readGroup = createRoute({
  method: 'get',
  path: '/operator/marketplaces/{tenant}/groups/{uid}',
  operationId: 'readCompany',
  tags,
  security,
  summary: 'Read a company of a marketplace',
  request: { params: groupPath },
  responses: { 200: json(companySchema, 'The company'), ...operatorErrors },
})

const reactivate = createRoute({
  method: 'post',
  path: '/operator/marketplaces/{tenant}/groups/{uid}/reactivate',
  operationId: 'reactivateCompany',
  tags,
  security,
  summary: 'Bring a cancelled company back, in the marketplace or outside of it',
  request: {
    params: groupPath,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            mode: z.enum(['marketplace', 'standalone'], { error: 'Must be marketplace or standalone.' }),
          }),
        },
      },
    },
  },
  responses: { 200: json(companySchema, 'It is back'), ...operatorErrors },
})

const kinds = ['sso', 'webhook', 'billing', 'connec', 'company'] as const

const entrySchema = z
  .object({
    at: z.string(),
    kind: z.enum(kinds),
    code: z.string(),
    reference: z.string(),
    group: z.string(),
    uid: z.string(),
    detail: z.string(),
  })
  .openapi('MarketplaceLogEntry', {
    example: {
      at: '2030-01-01T00:00:00.000Z',
      kind: 'sso',
      code: 'signed_on',
      reference: '',
      group: 'cld-1',
      uid: 'usr-1',
      detail: '',
    },
  })

const log = createRoute({
  method: 'get',
  path: '/operator/marketplaces/{tenant}/log',
  operationId: 'readMarketplaceLog',
  tags,
  security,
  summary: 'Read what happened between a marketplace and us',
  request: {
    params: tenantPath,
    query: z.object({
      kind: z.enum(kinds, { error: `Must be one of ${kinds.join(', ')}.` }).optional(),
      group: z.string().optional(),
      limit: limit(200, 100),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/, 'Must be the next of the page before.')
        .optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(entrySchema), next: z.string().optional() }), 'Newest first'),
    ...operatorErrors,
  },
})

/** Where a page of companies begins. @throws DomainError `invalid` */
function positionOf(cursor: string): CompanyPosition | undefined {
  if (cursor === '') return undefined
  const [, createdAt, publisherId] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? []
  if (createdAt === undefined) throw invalid('cursor', 'Must be the next of the page before.')
  return [Number(createdAt), Number(publisherId)]
}

/** @throws DomainError `not_found` */
export async function assertMarketplace(c: OperatorCall, tenant: string): Promise<void> {
  const { db, encryptionKey } = c.var.context
  if (!(await findMarketplace(db, tenant, encryptionKey))) throw new DomainError('not_found')
}

/** The companies of marketplaces, and their log (`marketplace.md` 1, 4 and 7). */
export function registerMarketplaceGroups(app: OperatorApp): void {
  app.openapi(listGroups, async (c) => {
    const { tenant } = c.req.valid('param')
    const { limit, cursor } = c.req.valid('query')
    const after = positionOf(cursor)
    await assertMarketplace(c, tenant)
    const page = { limit: limit + 1, ...(after ? { after } : {}) }
    const found = await viewCompanies(c.var.context.db, tenant, page)
    const data = found.slice(0, limit)
    const last = data.at(-1)
    const next = last && found.length > limit ? { next: `${last.createdAt}-${last.publisherId}` } : {}
    return c.json({ data: data.map(companyAnswer), ...next }, 200)
  })

  app.openapi(readGroup, async (c) => {
    const { tenant, uid } = c.req.valid('param')
    return c.json(await readCompanyAnswer(c.var.context.db, tenant, uid), 200)
  })

  app.openapi(reactivate, async (c) => {
    const { tenant, uid } = c.req.valid('param')
    const { mode } = c.req.valid('json')
    const announce = () => c.executionCtx.waitUntil(announceChanges(c.env))
    try {
      await reactivateCompany({ ...c.var.context, actor: 'operator', announce }, tenant, uid, mode)
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'inactive') throw error
      return refuse(c, 409, 'not_cancelled', 'The company is not cancelled.') as never
    }
    return c.json(await readCompanyAnswer(c.var.context.db, tenant, uid), 200)
  })

  app.openapi(log, async (c) => {
    const { tenant } = c.req.valid('param')
    const { kind, group, limit, cursor } = c.req.valid('query')
    await assertMarketplace(c, tenant)
    const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor)
    const filter = { kind, groupUid: group, before, limit: limit + 1 }
    const found = await readLog(c.var.context.db, tenant, filter)
    const data = found.slice(0, limit)
    const next = found.length > limit ? { next: String(data.at(-1)?.id) } : {}
    const entries = data.map((entry) => ({
      at: new Date(entry.at).toISOString(),
      kind: entry.kind,
      code: entry.code,
      reference: entry.reference,
      group: entry.groupUid,
      uid: entry.uid,
      detail: entry.detail,
    }))
    return c.json({ data: entries, ...next }, 200)
  })
}
