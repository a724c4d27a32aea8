/** What a client may be allowed to do (`payments.md` 2). Writing does not include reading. */
export const scopes = [
  'schedules.read',
  'schedules.write',
  'accounts.read',
  'accounts.write',
  'Service.read',
  'Service.write',
] as const

export type Scope = (typeof scopes)[number]

/** The scopes of `held`, in its order, that are also in `named`. */
export function commonScopes(held: readonly Scope[], named: readonly string[]): Scope[] {
  return held.filter((scope) => named.includes(scope))
}

/** What a client is granted of what it asks for (null: all that it has), in its order; null for a scope it lacks. */
export function grantScopes(
  held: readonly Scope[],
  asked: readonly string[] | null,
): readonly Scope[] | null {
  if (asked === null) return held
  const granted = commonScopes(held, asked)
  return granted.length > 0 && asked.every((scope) => granted.some((each) => each === scope)) ? granted : null
}
