import { canonicalTimeZone } from '../platform/time-zone'
import { type Checked, found, refused } from './failures'
import type { SamlAttribute, SamlResponse } from './saml-response'

/** How a tenant knows its users: by one uid each, or by one uid for each of their groups. */
export type CreationMode = 'real' | 'virtual'

/** Who signs on to which company, as the hub says (`marketplace.md` 3.3). Instants: epoch milliseconds. */
export type SamlProfile = {
  /** The hub's own id of the user, the same in all groups. */
  readonly uid: string
  /** What the user is known by here: `uid`, or in `virtual` mode the virtual uid. */
  readonly userUid: string
  /** In lower case; the virtual one in `virtual` mode, where it is never null. */
  readonly email: string | null
  readonly firstName: string
  readonly lastName: string
  /** The user's country: ISO 3166 alpha-2. */
  readonly country: string | null
  /** `group_role` as it is written; section 5 says what it may. */
  readonly role: string | null
  readonly isAppOwner: boolean
  /** The hub's session, and when it wants to be asked about it for the first time. */
  readonly hubSession: string | null
  readonly hubSessionRecheck: number | null
  readonly group: SamlGroup
}

/** The company of a profile; what is null was not given or is of no use. */
export type SamlGroup = {
  readonly uid: string
  /** By default the uid. */
  readonly name: string
  readonly trialEndsAt: number | null
  /** An IANA name; by default `UTC`. */
  readonly timezone: string
  /** ISO 4217. */
  readonly currency: string | null
  readonly country: string | null
  readonly city: string | null
  readonly email: string | null
  readonly hasCreditCard: boolean | null
}

const MAX_UID = 200

/**
 * The attributes of a response as a profile. Refused (`attributes`): one that is read here and has two values or two
 * names with different ones, a control character or markup in it, and a missing or overlong uid, group uid or, in
 * `virtual` mode, virtual uid or e-mail. Optional ones that are overlong are cut, and otherwise left out where they
 * are malformed.
 */
export function readAttributes(response: SamlResponse, mode: CreationMode): Checked<SamlProfile> {
  const values = valuesOf(response.attributes)
  if (!values) return refused('attributes')
  const { uid = response.nameId, group_uid: groupUid, virtual_uid: virtualUid } = values
  const userUid = mode === 'virtual' ? virtualUid : uid
  const email = emailOf(mode === 'virtual' ? values.virtual_email : values.email)
  if (!isUid(uid) || !isUid(groupUid) || !isUid(userUid)) return refused('attributes')
  if (mode === 'virtual' && email === null) return refused('attributes')
  return found({
    uid,
    userUid,
    email,
    firstName: cut(values.name, 100) ?? '',
    lastName: cut(values.surname, 100) ?? '',
    country: matching(values.country?.toUpperCase(), /^[A-Z]{2}$/),
    role: cut(values.group_role, 100),
    isAppOwner: booleanOf(values.app_owner) === true,
    hubSession: cut(values.mno_session, 1000),
    hubSessionRecheck: instantOf(values.mno_session_recheck),
    group: {
      uid: groupUid,
      name: cut(values.group_name, 200) ?? groupUid,
      trialEndsAt: instantOf(values.group_end_free_trial),
      timezone: canonicalTimeZone(values.group_timezone ?? 'UTC') ?? 'UTC',
      currency: matching(values.group_currency?.toUpperCase(), /^[A-Z]{3}$/),
      country: matching(values.group_country?.toUpperCase(), /^[A-Z]{2}$/),
      city: cut(values.group_city, 200),
      email: emailOf(values.group_email),
      hasCreditCard: booleanOf(values.group_has_credit_card),
    },
  })
}

/** Every name under which a value may come, and the one it is read by. */
const names = {
  uid: 'uid',
  user_id: 'uid',
  mno_uid: 'uid',
  group_uid: 'group_uid',
  group_id: 'group_uid',
  virtual_uid: 'virtual_uid',
  virtual_email: 'virtual_email',
  group_name: 'group_name',
  company_name: 'group_name',
  name: 'name',
  first_name: 'name',
  surname: 'surname',
  last_name: 'surname',
  email: 'email',
  group_role: 'group_role',
  app_owner: 'app_owner',
  mno_session: 'mno_session',
  mno_session_recheck: 'mno_session_recheck',
  group_end_free_trial: 'group_end_free_trial',
  group_timezone: 'group_timezone',
  group_currency: 'group_currency',
  group_country: 'group_country',
  group_city: 'group_city',
  group_email: 'group_email',
  group_has_credit_card: 'group_has_credit_card',
  country: 'country',
} as const

type Name = (typeof names)[keyof typeof names]

const known: ReadonlyMap<string, Name> = new Map(Object.entries(names))

/** The values that are read, trimmed, without the empty ones; null where one of them is not as it must be. */
function valuesOf(attributes: readonly SamlAttribute[]): Partial<Record<Name, string>> | null {
  const values: Partial<Record<Name, string>> = {}
  const seen = new Set<string>()
  for (const attribute of attributes) {
    const name = known.get(attribute.name)
    if (name === undefined) continue
    if (seen.has(attribute.name) || attribute.values.length > 1) return null
    seen.add(attribute.name)
    const [written = ''] = attribute.values
    const value = written?.trim()
    if (value === undefined || /\p{Cc}/u.test(value)) return null
    if (value === '') continue
    if ((values[name] ?? value) !== value) return null
    values[name] = value
  }
  return values
}

function isUid(text: string | null | undefined): text is string {
  return typeof text === 'string' && [...text].length <= MAX_UID && !/\p{Cc}/u.test(text)
}

/** A text of at most `limit` characters. */
function cut(text: string | undefined, limit: number): string | null {
  return text === undefined ? null : [...text].slice(0, limit).join('').trim()
}

function matching(text: string | undefined, pattern: RegExp): string | null {
  return text !== undefined && pattern.test(text) ? text : null
}

function emailOf(text: string | undefined): string | null {
  const email = text?.toLowerCase()
  const isAddress = email !== undefined && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)
  return isAddress && [...email].length <= 254 ? email : null
}

function booleanOf(text: string | undefined): boolean | null {
  const word = text?.toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : null
}

/** An ISO 8601 date or date-time; without a zone it is of UTC. */
function instantOf(text: string | undefined): number | null {
  const shape =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z| UTC|[+-]\d{2}:?\d{2})?)?$/
  const [, date, time = '00:00', zone = 'Z'] = shape.exec(text ?? '') ?? []
  if (date === undefined) return null
  const offset = zone === ' UTC' ? 'Z' : zone.replace(/^(.\d{2})(\d{2})$/, '$1:$2')
  const at = Date.parse(`${date}T${time}${offset}`)
  return Number.isNaN(at) ? null : at
}
