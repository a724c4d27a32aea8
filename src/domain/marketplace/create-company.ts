import { logCalendar, logCompanyOf, newWriteId } from '../../changes'
import { AlreadyThere } from '../../platform/d1'
import { newId } from '../../platform/ids'
import type { TenancyContext } from '../context'
import { isPhoneRegion } from '../subscribers/profile'
import { newKey } from '../tenants'
import { importDue } from './connec'
import type { Marketplace } from './marketplaces'

/** A request in which companies and users are made. */
export type ProvisioningContext = TenancyContext & {
  /** `marketplace:{tenant}`. */
  readonly actor: string
  readonly announce?: (() => void) | undefined
}

/** What a marketplace tells of a group; null = it told nothing that can be used. */
export type Group = {
  readonly uid: string
  readonly name: string | null
  readonly timezone: string | null
  readonly currency: string | null
  readonly country: string | null
  readonly city: string | null
  readonly email: string | null
  readonly hasCreditCard: boolean | null
  /** `group_end_free_trial`, epoch ms. */
  readonly freeTrialEndsAt: number | null
}

/** What it takes of a marketplace to make a company. */
export type Home = Pick<Marketplace, 'tenant' | 'trialDays'>

/** SQL: the publisher that the batch has just made. D1 has one writer and ids only rise. */
const JUST_MADE = '(SELECT max(id) FROM publishers)'

const DAY_MS = 86_400_000
const DEFAULT_REGION = 'AU'

/** The company that a batch is for. */
export type CompanyInBatch = {
  /** SQL for its publisher's id, to be used as it stands. */
  readonly company: string
  readonly statements: D1PreparedStatement[]
}

/** The end of a new company's trial: the later of ours and the marketplace's; null where there is none. */
export function trialEnd({ trialDays }: Home, group: Group, now: number): number | null {
  const end = Math.max(now + trialDays * DAY_MS, group.freeTrialEndsAt ?? 0)
  return end > now ? end : null
}

/**
 * The statements that make the company of a group: publisher, key pair, widget, the calendar `Connec events`, the
 * company itself, its log, and its import. The batch breaks with `AlreadyThere` where the group has one by now.
 */
export async function companyStatements(
  ctx: ProvisioningContext,
  home: Home,
  group: Group,
): Promise<CompanyInBatch> {
  const write = newWriteId()
  const key = await newKey(ctx)
  const name = group.name ?? group.uid
  const timezone = group.timezone ?? 'UTC'
  const region = group.country !== null && isPhoneRegion(group.country) ? group.country : DEFAULT_REGION
  const calendarId = newId()
  const { db, now } = ctx
  const statements = [
    db
      .prepare('INSERT INTO publishers (name, timezone, default_region, created_at) VALUES (?1, ?2, ?3, ?4)')
      .bind(name, timezone, region, now),
    db
      .prepare(
        `INSERT INTO companies (publisher_id, tenant, group_uid, status, currency, country, city, email, has_credit_card,
           trial_ends_at, connec_calendar_id, first_api_key, created_at, write_id)
         VALUES (${JUST_MADE}, ?1, ?2, 'active', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)`,
      )
      .bind(
        home.tenant,
        group.uid,
        group.currency ?? '',
        group.country ?? '',
        group.city ?? '',
        group.email ?? '',
        group.hasCreditCard === null ? null : Number(group.hasCreditCard),
        trialEnd(home, group, now),
        calendarId,
        key.apiKey,
        now,
        write,
      ),
    db
      .prepare(
        `INSERT INTO api_keys (api_key, publisher_id, secret_sealed, created_at) VALUES (?1, ${JUST_MADE}, ?2, ?3)`,
      )
      .bind(key.apiKey, key.sealed, now),
    db
      .prepare(
        `INSERT INTO widgets (id, publisher_id, name, created_at, modified_at) VALUES (?1, ${JUST_MADE}, ?2, ?3, ?3)`,
      )
      .bind(newId(), name, now),
    db
      .prepare(
        `INSERT INTO calendars (id, publisher_id, kind, name, reference, timezone, created_at, modified_at, write_id)
         VALUES (?1, ${JUST_MADE}, 'public', 'Connec events', 'connec-events', ?2, ?3, ?3, ?4)`,
      )
      .bind(calendarId, timezone, now, write),
    logCalendar(ctx, 'calendar.created', calendarId, write),
    logCompanyOf(ctx, 'company.created', JUST_MADE, write),
    ...importDue(ctx, JUST_MADE),
  ]
  return { company: JUST_MADE, statements }
}

/** Whether a batch broke because the group has a company by now. */
export function isCompanyThere(error: unknown): boolean {
  return error instanceof AlreadyThere && error.columns.includes('companies.group_uid')
}
