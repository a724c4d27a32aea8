import {
  audiencesOf,
  type CreationMode,
  checkConditions,
  readAttributes,
  readCertificates,
  readResponse,
  type SamlFailure,
  type SamlProfile,
  type SamlResponse,
} from '../../src/saml'
import { acsUrl, apiId, issuedAt, posted } from './saml'

export type Tenant = {
  readonly pems: readonly string[]
  readonly allowSha1?: boolean
  readonly entityId?: string
  readonly mode?: CreationMode
  readonly now?: number
  readonly acsUrl?: string
}

/** What a response says to a tenant, signatures checked; or the code of why it is refused. */
export async function read(fields: readonly string[], tenant: Tenant): Promise<SamlResponse | SamlFailure> {
  const { pems, allowSha1 = false, entityId = null } = tenant
  const certificates = readCertificates(pems, { allowSha1 })
  if (!certificates.ok) throw new Error(certificates.problem)
  const response = await readResponse(fields, {
    certificates: certificates.certificates,
    allowSha1,
    entityId,
  })
  return response.ok ? response.value : response.code
}

/** A whole sign-on but for what is stored: who signs on, or the code of why not. */
export async function signOn(xml: string, tenant: Tenant): Promise<SamlProfile | SamlFailure> {
  const response = await read(posted(xml), tenant)
  if (typeof response === 'string') return response
  const refusal = checkConditions(response, {
    acsUrl: tenant.acsUrl ?? acsUrl,
    audiences: audiencesOf(apiId, 'https://daybook.example'),
    now: tenant.now ?? issuedAt,
  })
  if (refusal) return refusal
  const profile = readAttributes(response, tenant.mode ?? 'real')
  return profile.ok ? profile.value : profile.code
}
