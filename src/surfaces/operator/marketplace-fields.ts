import { z } from '@hono/zod-openapi'
import type { MarketplaceSettings, Plan } from '../../db/schema'
import { characters, oneLine } from '../../domain/fields'

/** A marketplace as an operator writes it (`marketplace.md` 1). */

export const tenantName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'Must be 1 to 40 lower-case letters, digits and hyphens.')
  .refine((name) => name !== 'users', { error: 'Is a word of our paths.' })
  .openapi({ example: 'demo' })

const yesOrNo = z.boolean({ error: 'Must be true or false.' })

const whole = (min: number, max: number) => {
  const error = `Must be a whole number from ${min} to ${max}.`
  return z.number({ error }).int(error).min(min, error).max(max, error)
}

const oneOf = <T extends readonly [string, ...string[]]>(...words: T) =>
  z.enum(words, { error: `Must be ${words.join(' or ')}.` })

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/** What is wrong with an address of a marketplace; null where nothing is. Loopback ones pass: `plainAddresses` tells. */
function addressFault(url: URL | null): string | null {
  if (url === null) return 'Must be an absolute address.'
  const isLoopback = url.protocol === 'http:' && loopback.has(url.hostname)
  if (url.protocol !== 'https:' && !isLoopback) return 'Must be an https address.'
  if (url.username !== '' || url.password !== '') return 'Must not hold a user name or password.'
  // `hash` is '' for a lone `#` as well.
  return url.href.includes('#') ? 'Must not have a fragment.' : null
}

const address = (most: number, fault: (url: URL) => string | null, written: (url: URL) => string) =>
  oneLine(most, 1).transform((text, context) => {
    const url = URL.parse(text)
    const wrong = addressFault(url) ?? (url && fault(url))
    if (url !== null && wrong === null) return written(url)
    context.addIssue(wrong ?? 'Must be an absolute address.')
    return z.NEVER
  })

/** An origin; a final slash counts as none. */
const origin = address(
  300,
  ({ pathname, href }) =>
    pathname === '/' && !href.includes('?') ? null : 'Must be an origin, without a path or query.',
  (url) => url.origin,
)

const signOnAddress = address(
  1000,
  () => null,
  (url) => url.href,
)

const path = (shape: string, error: string) =>
  oneLine(200, 1).refine((text) => new RegExp(`^${shape}$`).test(text), { error })

const segment = '[A-Za-z0-9._~!$&()*+,;=:@%-]+'
const apiBase = path(`/(${segment}/)*`, 'Must be a path from / to /.')
const basePath = path(`(/${segment})+/?`, 'Must be a path that begins with /.').transform((text) =>
  text.replace(/\/$/, ''),
)

const currency = z
  .string({ error: 'Must be a text.' })
  .refine((code) => Intl.supportedValuesOf('currency').includes(code), {
    error: 'Must be the ISO 4217 code of a currency, such as AUD.',
  })

/** A period's greatest frequency: at most a year. */
const mostOften: Record<Plan['period'], number> = { Day: 365, Week: 52, SemiMonth: 1, Month: 12, Year: 1 }

const plan = z
  .strictObject({
    id: oneLine(40, 1),
    name: oneLine(80, 1),
    priceCents: whole(0, 100_000_000),
    currency,
    period: oneOf('Day', 'Week', 'SemiMonth', 'Month', 'Year').default('Month'),
    frequency: whole(1, 365).default(1),
    cycles: whole(1, 10_000).nullable().default(null),
    initialCents: whole(0, 100_000_000).default(0),
    perUser: yesOrNo.default(false),
    description: oneLine(200).default(''),
  })
  .refine((each) => each.frequency <= mostOften[each.period], {
    path: ['frequency'],
    error: 'Must not make more than a year, and is 1 for SemiMonth.',
  })

const extra = z.strictObject({
  id: oneLine(40, 1),
  name: oneLine(80, 1),
  priceCents: whole(1, 100_000_000),
  currency,
})

const list = <T extends z.ZodType<{ id: string }>>(item: T, most: number) =>
  z
    .array(item, { error: 'Must be a list.' })
    .max(most, `Must not have more than ${most}.`)
    .refine((items) => new Set(items.map(({ id }) => id)).size === items.length, {
      error: 'Must have each id once.',
    })
    .default([])

/** Taken as it is: the marketplace sends the same text. */
const secret = z
  .string({ error: 'Must be a text.' })
  .refine((text) => /^[^\p{Cc}]*$/u.test(text) && characters(text) >= 16 && characters(text) <= 200, {
    error: 'Must have 16 to 200 characters, none of them control characters.',
  })

/** The fields of a `PUT`. What judges certificates stands with them. */
export const marketplaceInput = z.strictObject({
  name: oneLine(80, 1).openapi({ example: 'Acme Marketplace' }),
  environment: oneLine(40, 1).default('production'),
  host: origin.openapi({ example: 'https://hub.example.com' }),
  apiBase: apiBase.default('/api/v1/'),
  apiId: oneLine(200, 1)
    .refine((id) => !id.includes(':'), { error: 'Must not have a colon.' })
    .openapi({ example: 'app-demo' }),
  apiKey: secret.optional().openapi({ description: 'Left out, the one there is stays.' }),
  appHost: origin.nullable().default(null),
  creationMode: oneOf('real', 'virtual').default('real'),
  sso: z
    .strictObject({
      enabled: yesOrNo.default(true),
      sloEnabled: yesOrNo.default(true),
      idpInitiated: yesOrNo.default(false),
      bindBrowser: yesOrNo.default(true),
    })
    .prefault({}),
  idp: z.strictObject({
    entityId: oneLine(1000, 1).nullable().default(null),
    ssoUrl: signOnAddress.nullable().default(null),
    certificates: z
      .array(
        z.string({ error: 'Must be a text.' }).max(20_000, 'Must not be longer than 20,000 characters.'),
        {
          error: 'Must be a list of certificates in PEM.',
        },
      )
      .min(1, 'Must have at least one certificate.')
      .max(4, 'Must not have more than 4 certificates.')
      .openapi({ example: ['-----BEGIN CERTIFICATE-----\nMIIC…\n-----END CERTIFICATE-----\n'] }),
    allowSha1: yesOrNo.default(false),
  }),
  connec: z
    .strictObject({
      host: origin,
      basePath: basePath.default('/api/v2'),
      externalIds: yesOrNo.default(false),
    })
    .nullable()
    .default(null),
  webhooks: z
    .strictObject({
      subscriptions: z
        .strictObject({
          people: yesOrNo.default(true),
          events: yesOrNo.default(true),
          invoices: yesOrNo.default(true),
        })
        .prefault({}),
    })
    .prefault({}),
  plans: list(plan, 20),
  extras: list(extra, 50),
  trialDays: whole(0, 365).default(0),
  graceDays: whole(0, 365).default(30),
  contact: oneLine(200).default(''),
})

export type MarketplaceInput = z.output<typeof marketplaceInput>

/** What is stored, and the API key beside it. */
export function fromWire({ apiKey, idp, ...rest }: MarketplaceInput): {
  settings: MarketplaceSettings
  apiKey: string | null
} {
  const ssoUrl = idp.ssoUrl ?? `${rest.host}${rest.apiBase}auth/saml`
  return { settings: { ...rest, idp: { ...idp, ssoUrl } }, apiKey: apiKey ?? null }
}

/** The fields whose addresses are not encrypted: of this very machine, for local development. */
export function plainAddresses({ host, appHost, connec, idp }: MarketplaceInput): string[] {
  const addresses = { host, appHost, 'connec.host': connec?.host ?? null, 'idp.ssoUrl': idp.ssoUrl }
  return Object.entries(addresses).flatMap(([field, value]) => (value?.startsWith('http:') ? [field] : []))
}
