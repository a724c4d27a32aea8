import type { Context } from './context'

type Contact = { kind: 'email' | 'phone'; value: string }
export async function findByContacts(
  _ctx: Context,
  _c: { email: string | null; phone: string | null },
): Promise<{ kind: 'person'; id: string } | { kind: 'new'; contact: Contact }> {
  throw new Error('stub')
}
export function makePlaceholder(
  _ctx: Context,
  _id: string,
  _contact: Contact,
  _write: string,
): D1PreparedStatement[] {
  return []
}
