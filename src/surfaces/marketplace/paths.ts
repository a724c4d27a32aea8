import { type Marketplace, pathSuffix } from '../../domain/marketplace/marketplaces'
import { publicOrigin } from '../../env'
import type { MarketplaceCall } from './environment'

/** The paths of this surface, without the marketplace's name at their end. */
export const METADATA = '/maestrano/metadata'
export const INIT = '/maestrano/auth/saml/init'
export const CONSUME = '/maestrano/auth/saml/consume'
export const GROUP = '/maestrano/account/groups/:id'
export const GROUP_USER = '/maestrano/account/groups/:group_id/users/:id'
export const NOTIFICATIONS = '/maestrano/connec/notifications'

/** A path as Daybook prints it. */
export function printed(path: string, marketplace: Pick<Marketplace, 'tenant'>): string {
  return path + pathSuffix(marketplace)
}

/** Daybook's origin as this marketplace sees it. */
export function appHost(c: MarketplaceCall): string {
  return c.var.marketplace.appHost ?? publicOrigin(c.env, c.req.raw)
}

/** The address that answers of the identity provider are posted to. */
export function acsUrl(c: MarketplaceCall): string {
  return appHost(c) + printed(CONSUME, c.var.marketplace)
}
