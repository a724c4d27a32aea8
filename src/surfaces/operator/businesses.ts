import { createRoute, z } from '@hono/zod-openapi'
import { isClockTime } from '../../domain/dates'
import { manyLines, oneLine } from '../../domain/fields'
import {
  type BusinessRow,
  placeholders,
  putBusiness,
  readBusiness,
  type TemplateKind,
  templateKinds,
} from '../../domain/payments'
import { isZoneOfIntl } from '../../platform/time-zone'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'

const tags = ['Businesses']
const security = [{ operator: [] }]

const path = z.object({
  id: z
    .string()
    .transform((text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0))
    .openapi({ example: '12279' }),
  businessId: z.string().openapi({ example: 'DEMO01' }),
})

const yesOrNo = 'Must be true or false.'
const businessId = z
  .string()
  .regex(/^[A-Za-z0-9]{1,15}$/, 'Must be 1 to 15 letters and digits.')
  .openapi({ example: 'DEMO01' })

const timezone = z
  .string({ error: 'Must be a text.' })
  .refine(isZoneOfIntl, { error: 'Must be a time zone name such as Australia/Melbourne.' })

const currency = z.string({ error: 'Must be a text.' }).refine(hasTwoDecimals, {
  error: 'Must be the ISO 4217 code of a currency with two decimals, such as AUD.',
})

const locale = z.string({ error: 'Must be a text.' }).transform((tag, context) => {
  try {
    const [canonical] = Intl.getCanonicalLocales(tag)
    if (canonical !== undefined) return canonical
  } catch {}
  context.addIssue('Must be a BCP 47 language tag such as en-AU.')
  return z.NEVER
})

// `Intl` can't tell: it goes by what people use, and gives no decimals to the forint and the rupiah.
const WITHOUT_DECIMALS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XDR XOF XPF XSU'
const WITH_THREE = 'BHD IQD JOD KWD LYD OMR TND'
const withoutCents = new Set(`${WITHOUT_DECIMALS} ${WITH_THREE}`.split(' '))

/** Whether a code is a currency's to which ISO 4217 gives two decimals. */
function hasTwoDecimals(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code) && !withoutCents.has(code)
}

const known: readonly string[] = placeholders
const filled = <T extends z.ZodType<string>>(text: T) =>
  text.refine(
    (value) => [...value.matchAll(/\{([^{}]*)\}/g)].every(([, name = '']) => known.includes(name)),
    {
      error: `Must have no placeholders but ${placeholders.map((name) => `{${name}}`).join(', ')}.`,
    },
  )

const template = z.strictObject({
  title: filled(oneLine(250, 1)).optional(),
  details: filled(manyLines(2000)).optional(),
})

const kinds = Object.fromEntries(templateKinds.map((kind) => [kind, template.optional()])) as Record<
  TemplateKind,
  z.ZodOptional<typeof template>
>

const whole = (min: number, max: number) => {
  const error = `Must be a whole number from ${min} to ${max}.`
  return z.number({ error }).int(error).min(min, error).max(max, error)
}

const settings = {
  name: oneLine(100, 1).openapi({ example: 'Acme Lending' }),
  cutOffTime: z.string().refine(isClockTime, { error: 'Must be a time, HH:MM, or null.' }).nullable(),
  canCollectForClosedAccount: z.boolean({ error: yesOrNo }),
  maxAmount: whole(100, 99_999_999).openapi({ description: 'In cents' }),
  sameDayDelete: z.enum(['forbid', 'before_cutoff'], { error: 'Must be forbid or before_cutoff.' }),
}

const calendar = {
  enabled: z.boolean({ error: yesOrNo }),
  upcomingDaysBefore: whole(0, 365).nullable(),
  templates: z.strictObject(kinds),
}

const input = z.strictObject({
  name: settings.name,
  timezone: timezone.optional(),
  cutOffTime: settings.cutOffTime.default(null),
  canCollectForClosedAccount: settings.canCollectForClosedAccount.default(false),
  maxAmount: settings.maxAmount.default(99_999_999),
  sameDayDelete: settings.sameDayDelete.default('forbid'),
  currency: currency.default('AUD'),
  locale: locale.default('en-AU'),
  calendar: z
    .strictObject({
      enabled: calendar.enabled.default(true),
      upcomingDaysBefore: calendar.upcomingDaysBefore.default(null),
      templates: calendar.templates.default({}),
    })
    .prefault({}),
})

const businessSchema = z
  .object({
    businessId: z.string(),
    publisherId: z.number().int(),
    ...settings,
    timezone: z.string(),
    currency: z.string(),
    locale: z.string(),
    calendar: z.object(calendar),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .openapi('Business', {
    example: {
      businessId: 'DEMO01',
      publisherId: 12279,
      name: 'Acme Lending',
      timezone: 'Australia/Melbourne',
      cutOffTime: '15:00',
      canCollectForClosedAccount: false,
      maxAmount: 300_000,
      sameDayDelete: 'forbid',
      currency: 'AUD',
      locale: 'en-AU',
      calendar: {
        enabled: true,
        upcomingDaysBefore: 30,
        templates: { due: { title: 'Payment due: {amount}' } },
      },
      createdAt: '2030-01-01T00:00:00.000Z',
      updatedAt: '2030-01-01T00:00:00.000Z',
    },
  })

const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: businessSchema } },
})

const put = createRoute({
  method: 'put',
  path: '/operator/publishers/{id}/businesses/{businessId}',
  operationId: 'putBusiness',
  tags,
  security,
  summary: 'Make a business, or replace its settings',
  request: {
    params: path.extend({ businessId }),
    body: { required: true, content: { 'application/json': { schema: input } } },
  },
  responses: { 200: answer('Replaced'), 201: answer('Made'), ...operatorErrors },
})

const get = createRoute({
  method: 'get',
  path: '/operator/publishers/{id}/businesses/{businessId}',
  operationId: 'readBusiness',
  tags,
  security,
  summary: 'Read a business',
  request: { params: path },
  responses: { 200: answer('The business'), ...operatorErrors },
})

function toWire(business: BusinessRow): z.infer<typeof businessSchema> {
  return {
    businessId: business.businessId,
    publisherId: business.publisherId,
    name: business.name,
    timezone: business.timezone,
    cutOffTime: business.cutOffTime,
    canCollectForClosedAccount: business.canCollectForClosedAccount,
    maxAmount: business.maxAmountCents,
    sameDayDelete: business.sameDayDelete,
    currency: business.currency,
    locale: business.locale,
    calendar: {
      enabled: business.calendarEnabled,
      upcomingDaysBefore: business.upcomingDaysBefore,
      templates: business.templates,
    },
    createdAt: new Date(business.createdAt).toISOString(),
    updatedAt: new Date(business.updatedAt).toISOString(),
  }
}

function fromWire({ calendar, maxAmount, timezone, ...rest }: z.infer<typeof input>) {
  const { enabled, upcomingDaysBefore, templates } = calendar
  return {
    ...rest,
    timezone: timezone ?? null,
    maxAmountCents: maxAmount,
    calendarEnabled: enabled,
    upcomingDaysBefore,
    // Without the fields that are undefined.
    templates: JSON.parse(JSON.stringify(templates)),
  }
}

/** Businesses, whose accounts the payments surface keeps (`payments.md` 4). */
export function registerBusinesses(app: OperatorApp): void {
  app.openapi(put, async (c) => {
    const { id, businessId } = c.req.valid('param')
    const values = fromWire(c.req.valid('json'))
    const { business, isNew } = await putBusiness(c.var.context, id, businessId, values)
    return c.json(toWire(business), isNew ? 201 : 200)
  })

  app.openapi(get, async (c) => {
    const { id, businessId } = c.req.valid('param')
    return c.json(toWire(await readBusiness(c.var.context, id, businessId)), 200)
  })
}
