import { commit } from '../../src/domain/context'
import { type Company, findCompany } from '../../src/domain/marketplace/companies'
import {
  companyStatements,
  type Group,
  type Home,
  isCompanyThere,
  type ProvisioningContext,
} from '../../src/domain/marketplace/create-company'
import { type Person, userOf, userStatements } from '../../src/domain/marketplace/join-user'

/** Companies and users, made by the statements of a sign-on without one. */

/** Makes the company of a group, once: of several at a time all answer the same one. */
export async function createCompany(
  ctx: ProvisioningContext,
  home: Home,
  group: Group,
): Promise<{ company: Company; isNew: boolean }> {
  const { statements } = await companyStatements(ctx, home, group)
  let isNew = true
  try {
    await commit(ctx, statements)
  } catch (error) {
    if (!isCompanyThere(error)) throw error
    isNew = false
  }
  const company = await findCompany(ctx.db, home.tenant, group.uid)
  if (!company) throw new Error('no company was made')
  return { company, isNew }
}

/** Makes a person a user of a company; answers the user's id. */
export async function joinUser(
  ctx: ProvisioningContext,
  at: { readonly tenant: string; readonly publisherId: number },
  person: Person,
): Promise<string> {
  const company = String(at.publisherId)
  const options = { linksByEmail: true, issuedAt: ctx.now }
  const results = await commit(ctx, [
    ...userStatements(ctx, { tenant: at.tenant, company }, person, options),
    ctx.db.prepare(`SELECT ${userOf('?1', '?2')} AS id`).bind(at.tenant, person.uid),
  ])
  return String(results.at(-1)?.results[0]?.id)
}
