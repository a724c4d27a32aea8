/**
 * Which addresses this service may send requests to (`webhooks.md` 5). The one boundary between what clients typed
 * and `fetch`: checked when an address is saved and again before each use. Pure; it resolves no names. Redirects
 * must not be followed, since only the address that was judged is known to be allowed.
 */
export type GuardedAddress =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly reason: string }

export type GuardOptions = {
  /** Host names of this deployment. */
  readonly ownHosts: readonly string[]
  /** Its origins: their ports stay closed where loopback addresses are allowed. */
  readonly ownOrigins?: readonly string[]
  /** For local development: lets http and https addresses of this very machine through. */
  readonly allowLoopback: boolean
}

/** Names that no public host has, by their last labels. */
const reservedSuffixes = [
  'localhost',
  'local',
  'internal',
  'home.arpa',
  'lan',
  'test',
  'invalid',
  'example',
  'onion',
] as const

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** The address as it is to be fetched, or a sentence that says why it is refused (`webhooks.md` 5). */
export function guardAddress(address: string, options: GuardOptions): GuardedAddress {
  const url = URL.parse(address)
  if (url === null) return refuse('Must be an absolute https address.')
  // Parsing wrote numbers as dotted IPv4, lowered the case and mapped Unicode; a trailing dot it keeps.
  const host = withoutTrailingDot(url.hostname)
  const isLoopback = options.allowLoopback && isWebScheme(url) && loopbackHosts.has(host)
  const reason =
    carriedReason(url) ?? (isLoopback ? ownPortReason(url, options) : publicReason(url, host, options))
  return reason === null ? { ok: true, url } : refuse(reason)
}

function refuse(reason: string): GuardedAddress {
  return { ok: false, reason }
}

/** What an address may carry nowhere. */
function carriedReason(url: URL): string | null {
  if (url.username !== '' || url.password !== '') return 'Must not hold a user name or password.'
  // `hash` is '' for a lone `#` as well.
  return url.href.includes('#') ? 'Must not have a fragment.' : null
}

function publicReason(url: URL, host: string, { ownHosts }: GuardOptions): string | null {
  if (url.protocol !== 'https:') return 'Must be an absolute https address.'
  if (url.port !== '') return 'Must not name a port.'
  if (isIpLiteral(host)) return 'Must have a host name, not an IP address.'
  const labels = host.split('.')
  if (labels.length < 2 || labels.includes('')) return 'Must have a public host name.'
  if (reservedSuffixes.some((suffix) => isWithin(host, suffix))) return 'Must have a public host name.'
  const isOwn = ownHosts.some((own) => isWithin(host, withoutTrailingDot(own.toLowerCase())))
  return isOwn ? 'Must not be an address of this service.' : null
}

function ownPortReason(url: URL, { ownOrigins = [] }: GuardOptions): string | null {
  const isOwn = ownOrigins.some((origin) => portOf(new URL(origin)) === portOf(url))
  return isOwn ? 'Must not be an address of this service.' : null
}

function isWebScheme({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:'
}

/** After parsing, IPv6 stands in brackets and IPv4 is dotted; no top-level domain is a number. */
function isIpLiteral(host: string): boolean {
  return host.startsWith('[') || /^(?:\d+|0x[0-9a-f]*)$/i.test(host.slice(host.lastIndexOf('.') + 1))
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}

function withoutTrailingDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host
}

function portOf({ protocol, port }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}
