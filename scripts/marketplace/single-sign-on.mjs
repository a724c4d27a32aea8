// @ts-check
// The identity provider without its pages: sessions, attributes, responses.
import { randomHex } from './bytes.mjs'
import { readAuthnRequest, signResponse } from './saml.mjs'

/** @typedef {Partial<import('./saml.mjs').ResponseOptions>} Overrides */
/** @typedef {{ xml: string, samlResponse: string, responseId: string, assertionId: string }} Signed */
/** @typedef {import('./saml.mjs').AuthnRequest} AuthnRequest */
/**
 * What it needs of a hub.
 * @typedef {object} Provider
 * @property {import('./identity.mjs').Identity} identity
 * @property {string} origin
 * @property {string} apiBase
 * @property {string} apiId
 * @property {string} consumeUrl
 * @property {number} recheckMs
 * @property {() => number} now
 * @property {Map<string, import('./model.mjs').User>} users
 * @property {Map<string, import('./model.mjs').Group>} groups
 */

/** @param {Provider} hub */
export function singleSignOn(hub) {
  /** @type {Map<string, string>} session → uid */
  const sessions = new Map()

  /** @type {(user: string, group: string) => Record<string, string | null>} */
  function attributes(user, group) {
    const session = randomHex(20)
    sessions.set(session, user)
    return attributesOf(hub, existing(hub.users, user), existing(hub.groups, group), session)
  }

  /** @type {(user: string, group: string, overrides?: Overrides & { request?: { id: string, acs: string } }) => Promise<Signed>} */
  function respond(user, group, { request, attributes: given, ...overrides } = {}) {
    return signResponse({
      identity: hub.identity,
      acs: request?.acs ?? hub.consumeUrl,
      requestId: request?.id ?? null,
      audience: hub.apiId,
      issuer: `${hub.origin}${hub.apiBase}/auth/saml/metadata`,
      nameId: user,
      now: hub.now(),
      ...overrides,
      attributes: Array.isArray(given) ? given : { ...attributes(user, group), ...given },
    })
  }

  /** @type {(location: string | URL) => Promise<AuthnRequest>} */
  const readRequest = (location) => readAuthnRequest(new URL(location).searchParams.get('SAMLRequest') ?? '')

  /** @type {(location: string | URL, user: string, group?: string, overrides?: Overrides) => Promise<Signed & { acs: string, form: URLSearchParams }>} */
  async function signOn(location, user, group, overrides = {}) {
    const query = new URL(location).searchParams
    const request = await readRequest(location)
    const signed = await respond(user, group ?? query.get('group_id') ?? '', { request, ...overrides })
    const form = new URLSearchParams({ SAMLResponse: signed.samlResponse })
    const relayState = query.get('RelayState')
    if (relayState !== null) form.set('RelayState', relayState)
    return { acs: request.acs, form, ...signed }
  }

  return {
    /** The attributes (marketplace.md 3.3) of a user in a group (uids), with a new session. @throws for unknown ones */
    attributes,

    /**
     * A signed response for a user in a group. The overrides are options of `signResponse`; `attributes`, where it is
     * an object, goes over the user's own (null leaves one out), and pairs replace them all. `request` is what
     * `readRequest` gives; without one, the sign-on begins at the hub.
     */
    respond,

    /** The AuthnRequest in an address to which Daybook sent a browser. @throws Error that says what is wrong */
    readRequest,

    /**
     * What a browser would post to Daybook (`form`, to `acs`), had it followed `location`, the 302 of `init`, and
     * signed in. The group is the one that the address names, unless another is given.
     */
    signOn,

    /** @param {string} user uid, or virtual uid @param {string} session @returns {boolean} */
    isSession: (user, session) => [user, user.split('.')[0]].includes(sessions.get(session) ?? ''),

    /** Ends all sessions of a user, as signing out at the hub does. @param {string} user uid */
    endSessions(user) {
      for (const [session, uid] of sessions) if (uid === user) sessions.delete(session)
    },
  }
}

/** @template T @param {Map<string, T>} map @param {string} key @returns {T} */
function existing(map, key) {
  const found = map.get(key)
  if (found === undefined) throw new Error(`the marketplace knows no ${key}`)
  return found
}

/**
 * @param {Provider} hub @param {import('./model.mjs').User} user @param {import('./model.mjs').Group} group
 * @param {string} session
 * @returns {Record<string, string | null>}
 */
function attributesOf(hub, user, group, session) {
  const member = group.members.get(user.uid)
  return {
    mno_session: session,
    mno_session_recheck: new Date(hub.now() + hub.recheckMs).toISOString(),
    group_uid: group.uid,
    group_name: group.name,
    group_email: group.email,
    group_role: member?.role ?? null,
    group_end_free_trial: group.freeTrialEndsAt,
    group_has_credit_card: String(group.hasCreditCard),
    group_currency: group.currency,
    group_timezone: group.timezone,
    group_country: group.country,
    group_city: group.city,
    uid: user.uid,
    virtual_uid: `${user.uid}.${group.uid}`,
    email: user.email,
    virtual_email: `${user.uid}.${group.uid}@mail.marketplace.example`,
    name: user.name,
    surname: user.surname,
    country: user.country,
    app_owner: String(member?.isOwner ?? false),
  }
}
