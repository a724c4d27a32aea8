import type { Visitor } from '../../domain/subscribers/profile'
import { sha256Hex } from '../../platform/digest'
import { describeUserAgent } from '../../platform/user-agent'

/** The client's address, '' where it isn't known. */
export function clientIp(request: Request): string {
  return request.headers.get('CF-Connecting-IP') ?? ''
}

/** Where a sign-up comes from (`widget-and-feeds.md` 2). */
export async function describeVisitor(
  request: Request,
  publisherId: number,
  source: 'Widget' | 'API V3',
): Promise<Visitor> {
  const ip = clientIp(request)
  const userAgent = request.headers.get('User-Agent') ?? ''
  const digest = await sha256Hex([publisherId, ip, userAgent].join('\n'))
  return {
    ip,
    ...describeUserAgent(userAgent),
    fingerprint: digest.slice(0, 32),
    location: describeLocation((request.cf ?? {}) as Record<string, unknown>),
    source,
  }
}

/** The place that the edge tells of a request, in the names of `publisher-api.md` 5.1. */
function describeLocation(cf: Readonly<Record<string, unknown>>): Visitor['location'] {
  const text = (name: string) => (typeof cf[name] === 'string' ? cf[name] : '')
  return {
    city_name: text('city'),
    country_name: countryName(text('country')),
    country_code: text('country'),
    state_name: text('region'),
    state_code: text('regionCode'),
    timezone: text('timezone'),
    zip_code: text('postalCode'),
    latitude: degrees(text('latitude')),
    longitude: degrees(text('longitude')),
  }
}

const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })

function countryName(code: string): string {
  // The edge also has codes that are no countries, such as T1.
  return /^[A-Z]{2}$/.test(code) ? (countryNames.of(code) ?? '') : ''
}

function degrees(text: string): number | null {
  const value = Number(text)
  return text === '' || Number.isNaN(value) ? null : value
}
