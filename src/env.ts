/** The bindings, secrets and variables of the Worker: the one place that types them. */
export type Env = Cloudflare.Env & {
  /** The number of the database in which new publishers live; unset, the first. */
  readonly NEW_PUBLISHERS_DATABASE?: string
  /** Which of them `DB` is: set by `inDatabase`, never by a deployment. */
  readonly DATABASE?: number
  /** Opens `/operator`; unset, that surface does not exist. */
  readonly OPERATOR_TOKEN?: string
  /** Base64 of 32 bytes. Seals stored secrets; unset, the calls that need it answer 500. */
  readonly ENCRYPTION_KEY?: string
  /** This deployment's own origin in addresses that it prints; unset, the request's. */
  readonly PUBLIC_ORIGIN?: string
  /** `true` in local development only: lets outgoing addresses be loopback ones. */
  readonly WEBHOOK_ALLOW_LOOPBACK?: string
  /** The one external issuer whose tokens are accepted, and the audience they must name; both or neither. */
  readonly OIDC_ISSUER?: string
  readonly OIDC_AUDIENCE?: string
  /** `true`: the payments surface and the token endpoint answer 503. */
  readonly MAINTENANCE?: string
  /** Sent as `X-Notification` on every answer of the payments surface. */
  readonly PAYMENTS_NOTICE?: string
  /** Requests that a client of the payments surface may make in a window of so many seconds, where it has no rate of its own. */
  readonly PAYMENTS_RATE_LIMIT?: string
  readonly PAYMENTS_RATE_WINDOW?: string
  /** `off`: requests are not logged. */
  readonly REQUEST_LOG?: string
  /** Of the feeds answered as unchanged, the share whose line is logged, such as `0.01`; unset, all. */
  readonly LOG_UNCHANGED_FEEDS?: string
  /** Where feed and sync reads are counted; unbound, in a Durable Object for each publisher. */
  readonly USAGE?: AnalyticsEngineDataset
  /** The name of that dataset, and what its SQL API asks for; unset, counts are kept there and the portal shows none. */
  readonly USAGE_DATASET?: string
  readonly USAGE_ACCOUNT_ID?: string
  readonly USAGE_API_TOKEN?: string
}

type TextName = 'OPERATOR_TOKEN' | 'ENCRYPTION_KEY' | 'PUBLIC_ORIGIN' | 'WEBHOOK_ALLOW_LOOPBACK'

/** The value of a secret or variable. @throws Error that names it, where it is unset. */
export function required(env: Env, name: TextName): string {
  const value = env[name]
  if (value === undefined || value === '') throw new Error(`${name} is not set`)
  return value
}

/** This deployment's origin as people and clients see it. */
export function publicOrigin(env: Env, request: Request): string {
  return env.PUBLIC_ORIGIN ? new URL(env.PUBLIC_ORIGIN).origin : new URL(request.url).origin
}
