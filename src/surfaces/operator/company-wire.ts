import { z } from '@hono/zod-openapi'
import { DomainError } from '../../domain/errors'
import { billObject } from '../../domain/marketplace/billing'
import { type CompanyView, viewCompanies } from '../../domain/marketplace/company-view'
import type { Database } from '../../platform/d1'

/** A company as the operator sees it (`marketplace.md` 4). */

const instant = z.string().openapi({ example: '2030-01-01T00:00:00.000Z' })
const state = z.enum(['pending', 'running', 'done', 'failed'])

export const billSchema = z
  .object({
    id: z.string().openapi({ example: 'bill_7' }),
    kind: z.enum(['recurring', 'ad_hoc']),
    state: z.enum(['scheduled', 'queued', 'active', 'cancelling', 'cancelled', 'failed', 'sent']),
    hubId: z.string().nullable(),
    reference: z.string().nullable(),
    priceCents: z.number().int().openapi({ example: 4900 }),
    currency: z.string().openapi({ example: 'AUD' }),
    description: z.string().openapi({ example: 'Standard' }),
    startsAt: instant,
    attempts: z.number().int(),
    lastError: z.string().nullable(),
    createdAt: instant,
  })
  .openapi('Bill')

export const companySchema = z
  .object({
    tenant: z.string().openapi({ example: 'demo' }),
    uid: z.string().openapi({ example: 'cld-1' }),
    name: z.string().openapi({ example: 'Acme Lending' }),
    status: z.enum(['active', 'cancelled', 'standalone']),
    publisherId: z.number().int(),
    widgetId: z.string(),
    timezone: z.string().openapi({ example: 'Australia/Melbourne' }),
    currency: z.string().openapi({ example: 'AUD' }),
    createdAt: instant,
    cancelledAt: instant.nullable(),
    feedsEndAt: instant.nullable(),
    trialEndsAt: instant.nullable(),
    plan: z
      .object({ id: z.string(), name: z.string(), seats: z.number().int(), selectedAt: instant })
      .nullable(),
    users: z.array(
      z.object({
        userId: z.string(),
        uid: z.string(),
        email: z.string(),
        firstName: z.string(),
        lastName: z.string(),
        role: z.string().openapi({ example: 'Admin' }),
        status: z.enum(['active', 'blocked']),
        joinedAt: instant,
        lastSignOnAt: instant.nullable(),
      }),
    ),
    bills: z.array(billSchema),
    connec: z.object({
      calendarId: z.string(),
      import: z.object({
        state,
        startedAt: instant.nullable(),
        finishedAt: instant.nullable(),
        entities: z.record(
          z.string(),
          z.object({
            state,
            imported: z.number().int(),
            skipped: z.number().int(),
            total: z.number().int().nullable(),
          }),
        ),
      }),
      push: z.object({ pending: z.number().int(), failed: z.number().int() }),
    }),
  })
  .openapi('Company')

const iso = (at: number) => new Date(at).toISOString()
const isoOrNull = (at: number | null) => (at === null ? null : iso(at))

export function companyAnswer(company: CompanyView): z.infer<typeof companySchema> {
  const { plan } = company
  return {
    tenant: company.tenant,
    uid: company.groupUid,
    name: company.name,
    status: company.status,
    publisherId: company.publisherId,
    widgetId: company.widgetId,
    timezone: company.timezone,
    currency: company.currency,
    createdAt: iso(company.createdAt),
    cancelledAt: isoOrNull(company.cancelledAt),
    feedsEndAt: isoOrNull(company.feedsEndAt),
    trialEndsAt: isoOrNull(company.trialEndsAt),
    plan: plan && {
      id: plan.id,
      name: plan.name,
      seats: company.seats,
      selectedAt: iso(plan.selectedAt),
    },
    users: company.members.map(({ joinedAt, lastSignOnAt, ...member }) => {
      return { ...member, joinedAt: iso(joinedAt), lastSignOnAt: isoOrNull(lastSignOnAt) }
    }),
    bills: company.bills.map(billObject),
    connec: { calendarId: company.connecCalendarId, ...company.sharing },
  }
}

/** The company of a group as the operator sees it. @throws DomainError `not_found` */
export async function readCompanyAnswer(
  db: Database,
  tenant: string,
  groupUid: string,
): Promise<z.infer<typeof companySchema>> {
  const [company] = await viewCompanies(db, tenant, { groupUid, limit: 1 })
  if (!company) throw new DomainError('not_found')
  return companyAnswer(company)
}
