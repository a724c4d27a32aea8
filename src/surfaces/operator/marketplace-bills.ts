import { createRoute, z } from '@hono/zod-openapi'
import { announceChanges } from '../../changes'
import { DomainError } from '../../domain/errors'
import { oneLine } from '../../domain/fields'
import { addBill, billObject, type NewBill } from '../../domain/marketplace/billing'
import { type Company, findCompany } from '../../domain/marketplace/companies'
import { collections, importDue, listMaps } from '../../domain/marketplace/connec'
import { findMarketplace, type Marketplace } from '../../domain/marketplace/marketplaces'
import { unattendedContextOf } from '../../domain/unattended'
import { billSchema, companySchema, readCompanyAnswer } from './company-wire'
import { operatorErrors, refuse } from './envelope'
import type { OperatorApp, OperatorCall } from './environment'

const tags = ['Marketplaces']
const security = [{ operator: [] }]

const groupPath = z.object({
  tenant: z.string().openapi({ example: 'demo' }),
  uid: z.string().openapi({ example: 'cld-1' }),
})

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const cents = 'Must be a whole number from 1 to 100000000.'
const units = 'Must be a number above 0 with at most two decimals.'
const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

const instant = z.iso
  .datetime({ offset: true, error: 'Must be an ISO 8601 instant.' })
  .transform((text) => Date.parse(text))

const newBill = z
  .strictObject({
    reference: oneLine(100, 1).openapi({ example: 'sms-2030-05' }),
    priceCents: z
      .number({ error: cents })
      .int(cents)
      .min(1, cents)
      .max(100_000_000, cents)
      .openapi({ example: 2000 }),
    description: oneLine(200, 1).openapi({ example: '120 text reminders' }),
    currency: z
      .string({ error: 'Must be a text.' })
      .refine((code) => currencies.has(code), { error: 'Must be an ISO 4217 code such as AUD.' })
      .optional(),
    units: z
      .number({ error: units })
      .positive(units)
      .max(1e9, units)
      .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, { error: units })
      .optional(),
    periodStartedAt: instant.optional(),
    periodEndedAt: instant.optional(),
    thirdParty: z.boolean({ error: 'Must be true or false.' }).default(false),
  })
  .refine(({ periodStartedAt: from, periodEndedAt: to }) => (from === undefined) === (to === undefined), {
    path: ['periodEndedAt'],
    error: 'Both ends of the period are given, or neither.',
  })
  .refine(({ periodStartedAt: from, periodEndedAt: to }) => !from || !to || from <= to, {
    path: ['periodEndedAt'],
    error: 'Must not be before periodStartedAt.',
  })

const bill = createRoute({
  method: 'post',
  path: '/operator/marketplaces/{tenant}/groups/{uid}/bills',
  operationId: 'createBill',
  tags,
  security,
  summary: 'Bill a company for something once',
  request: {
    params: groupPath,
    body: { required: true, content: { 'application/json': { schema: newBill } } },
  },
  responses: {
    200: json(billSchema, 'The bill that this reference has already'),
    202: json(billSchema, 'Taken; it is sent at once'),
    ...operatorErrors,
  },
})

const startImport = createRoute({
  method: 'post',
  path: '/operator/marketplaces/{tenant}/groups/{uid}/import',
  operationId: 'importCompany',
  tags,
  security,
  summary: 'Import a company’s records from the data hub again',
  request: { params: groupPath },
  responses: { 202: json(companySchema, 'It has begun'), ...operatorErrors },
})

const mapSchema = z
  .object({
    entity: z.enum(collections),
    connecId: z.string(),
    code: z.string(),
    localType: z.string(),
    localId: z.string(),
    updatedAt: z.string().nullable(),
    origin: z.enum(['connec', 'daybook']),
    state: z.enum(['active', 'gone']),
  })
  .openapi('IdMapEntry', {
    example: {
      entity: 'people',
      connecId: 'person-1',
      code: '',
      localType: 'subscriber',
      localId: '652375ab635fd36a5e6695fb',
      updatedAt: '2030-01-01T00:00:00.000Z',
      origin: 'connec',
      state: 'active',
    },
  })

const limitError = 'Must be a whole number from 1 to 100.'

const idMap = createRoute({
  method: 'get',
  path: '/operator/marketplaces/{tenant}/groups/{uid}/idmap',
  operationId: 'readIdMap',
  tags,
  security,
  summary: 'List which entities of the data hub are which records',
  request: {
    params: groupPath,
    query: z.object({
      entity: z.enum(collections, { error: `Must be one of ${collections.join(', ')}.` }).optional(),
      limit: z.coerce
        .number({ error: limitError })
        .int(limitError)
        .min(1, limitError)
        .max(100, limitError)
        .default(50),
      cursor: z
        .string()
        .regex(/^\d{1,15}$/, 'Must be the next of the page before.')
        .default('0'),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(mapSchema), next: z.string().optional() }), 'Oldest first'),
    ...operatorErrors,
  },
})

/** The marketplace and company of a path. @throws DomainError `not_found` */
async function companyOf(
  c: OperatorCall,
  { tenant, uid }: { tenant: string; uid: string },
): Promise<{ marketplace: Marketplace; company: Company }> {
  const { db, encryptionKey } = c.var.context
  const marketplace = await findMarketplace(db, tenant, encryptionKey)
  const company = marketplace && (await findCompany(db, tenant, uid))
  if (!marketplace || !company) throw new DomainError('not_found')
  return { marketplace, company }
}

function ended(c: OperatorCall): Response {
  return refuse(c, 409, 'company_cancelled', 'The company’s subscription has ended.')
}

/** Bills, imports and the id map of companies (`marketplace.md` 1, 6 and 8). */
export function registerMarketplaceBills(app: OperatorApp): void {
  app.openapi(bill, async (c) => {
    const { marketplace, company } = await companyOf(c, c.req.valid('param'))
    const { db, now } = c.var.context
    const announce = () => c.executionCtx.waitUntil(announceChanges(c.env))
    const context = await unattendedContextOf({ db, now, announce }, company.publisherId, 'operator')
    if (!context) throw new DomainError('not_found')
    const { currency, units, periodStartedAt, periodEndedAt, ...asked } = c.req.valid('json')
    const values: NewBill = {
      ...asked,
      currency: currency ?? null,
      units: units ?? null,
      periodStartedAt: periodStartedAt ?? null,
      periodEndedAt: periodEndedAt ?? null,
    }
    try {
      const { bill: taken, isNew } = await addBill(context, marketplace, company, values)
      return isNew ? c.json(billObject(taken), 202) : c.json(billObject(taken), 200)
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      if (error.code === 'inactive') return ended(c) as never
      if (error.code !== 'already_exists') throw error
      return refuse(c, 409, 'reference_used', 'This reference has a bill that says something else.') as never
    }
  })

  app.openapi(startImport, async (c) => {
    const { tenant, uid } = c.req.valid('param')
    const { company } = await companyOf(c, { tenant, uid })
    if (company.status !== 'active') return ended(c) as never
    const { db, now } = c.var.context
    await db.batch(importDue({ db, now, actor: 'operator' }, String(company.publisherId)))
    c.executionCtx.waitUntil(announceChanges(c.env))
    return c.json(await readCompanyAnswer(db, tenant, uid), 202)
  })

  app.openapi(idMap, async (c) => {
    const { company } = await companyOf(c, c.req.valid('param'))
    const { entity, limit, cursor } = c.req.valid('query')
    const filter = { entity: entity ?? null, after: Number(cursor), limit: limit + 1 }
    const found = await listMaps(c.var.context.db, company.publisherId, filter)
    const page = found.slice(0, limit)
    const next = found.length > limit ? { next: String(page.at(-1)?.position) } : {}
    const data = page.map((map) => ({
      entity: map.entity,
      connecId: map.connecId,
      code: map.code,
      localType: map.localType,
      localId: map.localId,
      updatedAt: map.updatedAt === null ? null : new Date(map.updatedAt).toISOString(),
      origin: map.origin,
      state: map.state,
    }))
    return c.json({ data, ...next }, 200)
  })
}
