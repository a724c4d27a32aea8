/** The form in which e-mails are compared, and shown where they are a contact: trimmed, in lower case. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase()
}
