import { toBase64 } from '../platform/base64'
import { PASSWORD, PERSISTENT, POST_BINDING, SAML, SAMLP } from './names'

export type AuthnRequest = {
  /** `_` and at least 128 random bits. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly issueInstant: number
  /** The hub's SSO URL. */
  readonly destination: string
  /** Where the response is to be posted. */
  readonly acsUrl: string
  /** Our id at the hub. */
  readonly issuer: string
}

/** The XML of an unsigned AuthnRequest, with the prefixes that hubs of this dialect look for (`marketplace.md` 3.1). */
export function authnRequest({ id, issueInstant, destination, acsUrl, issuer }: AuthnRequest): string {
  return [
    `<samlp:AuthnRequest xmlns:samlp="${SAMLP}" xmlns:saml="${SAML}" ID="${escapeXml(id)}" Version="2.0"`,
    ` IssueInstant="${new Date(issueInstant).toISOString()}" Destination="${escapeXml(destination)}"`,
    ` ProtocolBinding="${POST_BINDING}" AssertionConsumerServiceURL="${escapeXml(acsUrl)}">`,
    `<saml:Issuer>${escapeXml(issuer)}</saml:Issuer>`,
    `<samlp:NameIDPolicy AllowCreate="true" Format="${PERSISTENT}"/>`,
    '<samlp:RequestedAuthnContext Comparison="minimum">',
    `<saml:AuthnContextClassRef>${PASSWORD}</saml:AuthnContextClassRef>`,
    '</samlp:RequestedAuthnContext></samlp:AuthnRequest>',
  ].join('')
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/**
 * The address that takes a request to the hub (HTTP-Redirect binding, SAML Bindings 3.4.4.1): `SAMLRequest`, base64
 * of raw DEFLATE, and `group_id` where given, after what `ssoUrl` has in its query already.
 */
export async function requestUrl(ssoUrl: string, samlRequest: string, groupId?: string): Promise<string> {
  const deflated = new Blob([samlRequest]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer())
  const group = groupId === undefined ? '' : `&group_id=${encodeURIComponent(groupId)}`
  const joint = !ssoUrl.includes('?') ? '?' : /[?&]$/.test(ssoUrl) ? '' : '&'
  return `${ssoUrl}${joint}SAMLRequest=${encodeURIComponent(toBase64(bytes))}${group}`
}
