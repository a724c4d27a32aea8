export function toContacts(
  given: { email: string | null; phone: string | null },
  _region: string,
  _prefix: string,
) {
  return given
}
