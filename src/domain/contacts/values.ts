import type { Contact } from '../../changes'
import { emailKey } from '../../objects/email'
import { DomainError, type FieldIssue } from '../errors'
import { characters } from '../fields'
import { toE164 } from '../subscribers/profile'

/**
 * E-mail addresses and phone numbers in the form in which contacts are compared (`event-subscriptions.md` 3 and 8,
 * *Phone numbers*).
 */

const MAX_EMAIL = 254

/** Contacts as a body gives them. */
export type GivenContacts = { readonly email: string | null; readonly phone: string | null }

/** The e-mail, trimmed and lower-cased; null where it is none. */
export function normalEmail(text: string): string | null {
  const email = emailKey(text)
  const isAddress = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+\.[^\s@\p{Cc}]+$/u.test(email)
  return isAddress && email.isWellFormed() && characters(email) <= MAX_EMAIL ? email : null
}

/** The number in E.164; null where it is none, or national without a region to read it by. */
function normalPhone(text: string, region: string): string | null {
  // The parser would also take letters and extensions along. What is dropped may stand before the plus, too.
  return /^\+?\d+$/.test(text.replace(/[\s().-]/g, '')) ? toE164(text, region) || null : null
}

/**
 * Both contacts in the form that is stored; `prefix` stands before the field's name in issues.
 * @throws DomainError `invalid` with everything that is wrong
 */
export function toContacts({ email, phone }: GivenContacts, region: string, prefix: string): GivenContacts {
  const normal = {
    email: email === null ? null : normalEmail(email),
    phone: phone === null ? null : normalPhone(phone, region),
  }
  const issues: FieldIssue[] = []
  if (email !== null && normal.email === null) {
    issues.push({ field: `${prefix}email`, message: 'Must be an e-mail address.' })
  }
  if (phone !== null && normal.phone === null) {
    issues.push({ field: `${prefix}phone_number`, message: 'Must be a phone number, such as +31612345678.' })
  }
  if (issues.length > 0) throw new DomainError('invalid', issues)
  return normal
}

/** The one contact that is given; of two, the e-mail. @throws DomainError `invalid` */
export function toContact(given: GivenContacts, region: string, prefix = ''): Contact {
  const { email, phone } = toContacts(given, region, prefix)
  if (email !== null) return { kind: 'email', value: email }
  if (phone !== null) return { kind: 'phone', value: phone }
  throw new DomainError('invalid', [{ field: `${prefix}email`, message: 'Is required, or a phone_number.' }])
}
