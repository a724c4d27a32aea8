import type { Marketplace } from '../../domain/marketplace/marketplaces'
import type { Assertion, SignOnRefusal } from '../../domain/marketplace/sign-on'
import type { BodyFault } from '../../platform/http'
import {
  audiencesOf,
  checkConditions,
  readAttributes,
  readCertificates,
  readResponse,
  type SamlFailure,
} from '../../saml'
import { toGroup, toPerson } from './profile'

/** Why a sign-on fails: the codes of the log (`marketplace.md` 3.2). */
export type FailureCode =
  | SamlFailure
  | Exclude<SignOnRefusal, 'tenant_disabled'>
  | BodyFault
  | 'idp_initiated'
  | 'browser'

export type ReadSignOn =
  | { readonly ok: true; readonly assertion: Assertion }
  | { readonly ok: false; readonly code: FailureCode }

/** What is judged of the request that a response answers; null where nothing is wrong. */
export type RequestCheck = (requestId: string | null) => Promise<FailureCode | null>

/**
 * What the fields named `SAMLResponse` of a form say, once all checks that need nothing stored have passed, in the
 * contract's order: the request is judged by `checkRequest`, between the conditions and the attributes.
 */
export async function readSignOn(
  fields: readonly string[],
  { idp, apiId, creationMode }: Marketplace,
  at: { readonly acsUrl: string; readonly appHost: string; readonly now: number },
  checkRequest: RequestCheck,
): Promise<ReadSignOn> {
  const pinned = readCertificates(idp.certificates, idp)
  const certificates = pinned.ok ? pinned.certificates : []
  const response = await readResponse(fields, { ...idp, certificates })
  if (!response.ok) return response
  const { value } = response
  const expected = { acsUrl: at.acsUrl, audiences: audiencesOf(apiId, at.appHost), now: at.now }
  const wrong = checkConditions(value, expected) ?? (await checkRequest(value.inResponseTo))
  if (wrong !== null) return { ok: false, code: wrong }
  const profile = readAttributes(value, creationMode)
  if (!profile.ok) return profile
  const { uid, hubSession, hubSessionRecheck } = profile.value
  return {
    ok: true,
    assertion: {
      id: value.assertionId,
      issuedAt: value.issueInstant,
      validUntil: value.validUntil,
      requestId: value.inResponseTo,
      group: toGroup(profile.value),
      person: toPerson(profile.value),
      origin: {
        uid,
        mnoSession: hubSession ?? '',
        recheckAt: hubSessionRecheck,
        notOnOrAfter: value.sessionNotOnOrAfter,
      },
    },
  }
}
