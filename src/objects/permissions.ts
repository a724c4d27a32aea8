/** The four live permissions, from the least to the most (`event-subscriptions.md` 4). */
export const permissions = ['invited_read', 'subscribed_read', 'invited_write', 'subscribed_write'] as const

export type Permission = (typeof permissions)[number]

export type RsvpStatus = 'not_replied' | 'attending' | 'not_attending'

/** SQL: the rank of a permission, 1 to 4; from 3 on it may write, and the even ones have acknowledged. */
export function rankSql(permission: string): string {
  return `CASE ${permission} ${permissions.map((name, at) => `WHEN '${name}' THEN ${at + 1}`).join(' ')} END`
}

/** SQL: the permission of a rank. */
export function permissionSql(rank: string): string {
  return `CASE ${rank} ${permissions.map((name, at) => `WHEN ${at + 1} THEN '${name}'`).join(' ')} END`
}

/** The permission of a rank, 1 to 4. */
export function permissionOf(rank: number): Permission {
  const permission = permissions[rank - 1]
  if (!permission) throw new Error(`no permission has rank ${rank}`)
  return permission
}
