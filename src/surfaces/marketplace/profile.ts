import { normalEmail } from '../../domain/contact-values'
import type { Group } from '../../domain/marketplace/create-company'
import type { Person } from '../../domain/marketplace/join-user'
import { roleNamed } from '../../domain/marketplace/roles'
import { isPhoneRegion } from '../../domain/profile'
import { canonicalTimeZone } from '../../platform/time-zone'

/** A value of the assertion by our name for it, trimmed; null where there is none. */
export type Told = (name: string) => string | null

const MAX_NAME = 100
const MAX_TEXT = 200

/** A text that can be used: neither too long nor empty. */
function text(value: string | null, most: number): string | null {
  return value !== null && value !== '' && [...value].length <= most ? value : null
}

/** A name; an empty one is a name, too. */
function nameOf(value: string | null): string | null {
  return value === '' ? '' : text(value, MAX_NAME)
}

function yes(value: string | null): boolean | null {
  if (value === null) return null
  return /^(true|1|yes)$/i.test(value) ? true : /^(false|0|no)$/i.test(value) ? false : null
}

/** An instant of ISO 8601 in epoch ms; null for anything else. */
export function instant(value: string | null): number | null {
  if (
    value === null ||
    !/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(value)
  ) {
    return null
  }
  // Without an offset a time of day is read as UTC, as a date alone is.
  const hasOffset = !value.includes('T') || /(Z|[+-]\d{2}:?\d{2})$/.test(value)
  const at = Date.parse(hasOffset ? value : `${value}Z`)
  return Number.isNaN(at) ? null : at
}

function currencyOf(value: string | null): string | null {
  const code = value?.toUpperCase() ?? ''
  return Intl.supportedValuesOf('currency').includes(code) ? code : null
}

function countryOf(value: string | null): string | null {
  const code = value?.toUpperCase() ?? ''
  return isPhoneRegion(code) ? code : null
}

/** What an assertion tells of the group; what can't be used is as if it had not been told (`marketplace.md` 3.3). */
export function toGroup(uid: string, told: Told): Group {
  return {
    uid,
    name: text(told('group_name'), MAX_TEXT),
    timezone: canonicalTimeZone(told('group_timezone') ?? ''),
    currency: currencyOf(told('group_currency')),
    country: countryOf(told('group_country')) ?? countryOf(told('country')),
    city: text(told('group_city'), MAX_TEXT),
    email: normalEmail(told('group_email') ?? ''),
    hasCreditCard: yes(told('group_has_credit_card')),
    freeTrialEndsAt: instant(told('group_end_free_trial')),
  }
}

/** What an assertion tells of the person. `uid`: the key, in virtual mode the virtual one. */
export function toPerson(uid: string, told: Told, mode: 'real' | 'virtual'): Person {
  const role = told('group_role')
  return {
    uid,
    email: normalEmail(told(mode === 'real' ? 'email' : 'virtual_email') ?? ''),
    firstName: nameOf(told('name')),
    lastName: nameOf(told('surname')),
    // An unknown role may do least.
    role: role === null || role === '' ? null : (roleNamed(role) ?? 'Guest'),
    isOwner: told('app_owner')?.toLowerCase() === 'true',
  }
}
