/** Roles of a company's users, from the least to the most that they may do (`marketplace.md` 5). */
export const roles = ['Guest', 'Member', 'Power User', 'Admin', 'Super Admin'] as const

export type Role = (typeof roles)[number]

/** The role that a text names, ignoring case; null for any other text. */
export function roleNamed(text: string): Role | null {
  return roles.find((role) => role.toLowerCase() === text.trim().toLowerCase()) ?? null
}

/** Whether a role may do what another one may. */
export function isAtLeast(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least)
}
