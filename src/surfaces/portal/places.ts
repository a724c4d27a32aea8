import { isAtLeast, type Role } from '../../domain/marketplace/roles'

/** A page of the portal that the navigation leads to, and who may read it (`marketplace.md` 5). */
export type Place = { readonly path: string; readonly label: string; readonly least: Role }

/** The pages in the order of the navigation. A new page is one line here and its registration. */
export const places = [
  { path: '/portal', label: 'Home', least: 'Guest' },
  { path: '/portal/options', label: 'Options', least: 'Admin' },
  { path: '/portal/webhooks', label: 'Webhooks', least: 'Guest' },
  { path: '/portal/calendars', label: 'Calendars', least: 'Guest' },
  { path: '/portal/subscribers', label: 'Subscribers', least: 'Guest' },
  { path: '/portal/payments', label: 'Payments', least: 'Guest' },
  { path: '/portal/billing', label: 'Billing', least: 'Admin' },
  { path: '/portal/users', label: 'Users', least: 'Admin' },
  { path: '/portal/settings', label: 'Settings', least: 'Admin' },
  { path: '/portal/help', label: 'Help', least: 'Guest' },
] as const satisfies readonly Place[]

export type PlacePath = (typeof places)[number]['path']

/** The pages that a role may read. */
export function placesOf(role: Role): readonly Place[] {
  return places.filter(({ least }) => isAtLeast(role, least))
}

/** The least role that reads a page. */
export function leastRole(path: PlacePath): Role {
  return places.find((place) => place.path === path)?.least ?? 'Super Admin'
}
