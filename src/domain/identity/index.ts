/** The token service's rules (`payments.md` 2 and 3): clients, signing keys, tokens and their checks. */
export {
  authenticateClient,
  type Client,
  type ClientRate,
  type ClientRights,
  createClient,
  type NewClient,
  revokeClient,
} from './clients'
export { recordFailedAttempt } from './failed-attempts'
export { atHomeOfToken } from './home-of-token'
export { type IssuedToken, type Issuing, issuerAt, issueToken } from './issue-token'
export { grantScopes, type Scope, scopes } from './scopes'
export { type PublicJwk, publishedKeys } from './signing-keys'
export { type IssuerVariables, type VerifiedClient, verifyAccessToken } from './verify-token'
