/** The token service's rules (`payments.md` 2 and 3): clients, signing keys, tokens and their checks. */
export {
  authenticateClient,
  type Client,
  createClient,
  revokeClient,
} from './clients'
export { recordFailedAttempt } from './failed-attempts'
export { atHomeOfToken } from './home-of-token'
export { issuerAt, issueToken } from './issue-token'
export { grantScopes, type Scope, scopes } from './scopes'
export { publishedKeys } from './signing-keys'
export { type VerifiedClient, verifyAccessToken } from './verify-token'
