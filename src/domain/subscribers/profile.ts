import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { subscribers } from '../../db/schema'
import { canonicalTimeZone } from '../../platform/time-zone'
import { toColumns } from '../columns'
import type { Publisher } from '../context'
import type { SignUpFields } from '../sign-up/fields'

/** Where a sign-up came from: the client's address, device and place (`widget-and-feeds.md` 2). */
export type Visitor = {
  readonly ip: string
  readonly os: string
  readonly device: string
  /** 32 hex, the same for the same publisher, client address and User-Agent. */
  readonly fingerprint: string
  readonly location: Record<string, string | number | null>
  /** `Widget` for the hosted form, `API V3` for JSON. */
  readonly source: string
}

/** The zone in which a visitor's days begin: that of their place, else the publisher's. */
export function visitorTimeZone(publisher: Publisher, { location }: Visitor): string {
  return canonicalTimeZone(String(location.timezone ?? '')) ?? publisher.timezone
}

/** Whether a text is a country whose national phone numbers can be read (ISO 3166 alpha-2). */
export function isPhoneRegion(text: string): boolean {
  return isSupportedCountry(text)
}

/** A number in E.164 where it parses as one of the publisher's region, else '' (`event-subscriptions.md` 8). */
export function toE164(number: string, region: string): string {
  const digits = number.replace(/[\s().-]/g, '').replace(/^00/, '+')
  const parsed = parsePhoneNumberFromString(digits, region as CountryCode)
  return parsed?.isValid() ? parsed.number : ''
}

/** Columns of a person that a sign-up sets: what was given, and what the visit tells. */
export function profileColumns(
  publisher: Publisher,
  fields: SignUpFields,
  visitor: Visitor,
): Record<string, unknown> {
  const mobile = fields.mobileNumber
  const given = {
    firstName: fields.first_name,
    lastName: fields.last_name,
    name: fields.name,
    gender: fields.gender,
    ageGroup: fields.age_group,
    dob: fields.dob,
    zip: fields.zip,
    mobile,
    mobileE164: mobile === undefined ? undefined : toE164(mobile, publisher.defaultRegion),
    parentEmail: fields.parentEmail,
    parentConsentOn: fields.parentConsentOn,
    tags: fields.tags && JSON.stringify(fields.tags),
    optin: fields.optin,
    secondaryOptin: fields.secondary_optin,
    optin3: fields.optin3,
    optin4: fields.optin4,
    reference: fields.subscriber_reference,
    referringPage: fields.referringPage,
    custom: fields.data && JSON.stringify(fields.data),
    application: fields.application,
    ip: visitor.ip,
    os: visitor.os,
    device: visitor.device,
    fingerprint: visitor.fingerprint,
    location: JSON.stringify(visitor.location),
    source: visitor.source,
  }
  return toColumns(
    subscribers,
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  )
}
