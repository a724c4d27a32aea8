/**
 * SAML 2.0 web browser sign-on, as its service provider (`marketplace.md` 3): the request that is sent, and what may
 * be believed of a response. Nothing is stored or fetched here, and time is an argument. Each step is a file:
 * message (base64, UTF-8) → markup → document → structure → signed info → algorithms → verify → and only from the
 * bytes that a signature covers: response, conditions, attributes.
 */
export { type CreationMode, readAttributes, type SamlProfile } from './attributes'
export { type AuthnRequest, authnRequest, requestUrl } from './authn-request'
export {
  type Certificate,
  type CertificateProblem,
  readCertificates,
} from './certificates'
export { audiencesOf, checkConditions } from './check-conditions'
export type { Checked, SamlFailure } from './failures'
export { readResponse } from './read-response'
export type { SamlResponse } from './saml-response'
