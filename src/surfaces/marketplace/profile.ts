import type { Group } from '../../domain/marketplace/create-company'
import type { Person } from '../../domain/marketplace/join-user'
import { roleNamed } from '../../domain/marketplace/roles'
import { isPhoneRegion } from '../../domain/subscribers/profile'
import type { SamlProfile } from '../../saml'

/** What a hub says of a company and a person, in our words: what is null was not told, or is of no use. */

export function toGroup({ group, country }: SamlProfile): Group {
  return {
    uid: group.uid,
    // The library's default is no name that somebody gave.
    name: group.name === group.uid ? null : group.name,
    timezone: group.timezone,
    currency: isCurrency(group.currency) ? group.currency : null,
    country: isCountry(group.country) ? group.country : isCountry(country) ? country : null,
    city: group.city,
    email: group.email,
    hasCreditCard: group.hasCreditCard,
    freeTrialEndsAt: group.trialEndsAt,
  }
}

export function toPerson(profile: SamlProfile): Person {
  const { userUid, email, firstName, lastName, role, isAppOwner } = profile
  return {
    uid: userUid,
    email,
    firstName: firstName === '' ? null : firstName,
    lastName: lastName === '' ? null : lastName,
    // An unknown role may do least.
    role: role === null ? null : (roleNamed(role) ?? 'Guest'),
    isOwner: isAppOwner,
  }
}

function isCurrency(code: string | null): code is string {
  return code !== null && Intl.supportedValuesOf('currency').includes(code)
}

function isCountry(code: string | null): code is string {
  return code !== null && isPhoneRegion(code)
}
