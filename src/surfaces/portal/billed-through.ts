import type { Company } from '../../domain/marketplace/companies'
import type { Marketplace } from '../../domain/marketplace/marketplaces'
import type { PortalSession } from '../../domain/marketplace/read-session'

/** The marketplace that bills a company; null where billing is arranged with whoever runs this deployment. */
export function billedThrough({
  company,
  marketplace,
}: PortalSession): { readonly company: Company; readonly marketplace: Marketplace } | null {
  return company?.status === 'active' && marketplace?.enabled ? { company, marketplace } : null
}
