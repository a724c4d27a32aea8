import { z } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { isRealDate } from '../../domain/dates'
import { invalid } from '../../domain/errors'
import { flag, oneLine } from '../../domain/fields'
import { strictText } from '../../platform/http'
import { isId } from '../../platform/ids'
import { parseObject } from '../../platform/json-object'
import type { PublisherEnv } from './environment'
import { foldQuickLinks } from './quick-links'

/** A whole number of a query, in its plain form and its range; anything else is refused, never clamped. */
export const wholeNumber = (min: number, max: number, byDefault: number) =>
  z
    .string()
    .refine((text) => /^(0|[1-9]\d{0,8})$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `Must be a whole number from ${min} to ${max}.`,
    })
    .transform(Number)
    .default(byDefault)
    .openapi({ type: 'integer', minimum: min, maximum: max })

/** `page` and `limit` of a list (`publisher-api.md` 2). */
export const paging = (maxLimit = 100) => ({
  page: wholeNumber(1, 999_999_999, 1).openapi({ description: 'From 1', example: 1 }),
  limit: wholeNumber(1, maxLimit, maxLimit).openapi({ example: 50 }),
})

export const id = z
  .string({ error: 'Must be an id.' })
  .refine(isId, { error: 'Must be an id, 24 hex digits.' })
  .openapi({ pattern: '^[0-9a-f]{24}$', example: '66cc0f7964b36a314725e151' })

export const date = z
  .string()
  .refine(isRealDate, { error: 'Must be a real date, YYYY-MM-DD, from 1970 to 2199.' })
  .openapi({ format: 'date' })

function isInstant(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
}

/** An ISO 8601 instant with `Z` or an offset, as epoch milliseconds. */
export const instant = z
  .string()
  .refine((text) => isInstant(text) && isRealDate(text.slice(0, 10)), {
    error: 'Must be an ISO 8601 instant with Z or an offset.',
    abort: true,
  })
  .transform((text) => Date.parse(text))
  .refine((value) => !Number.isNaN(value), { error: 'Must be an ISO 8601 instant with Z or an offset.' })
  .openapi({ format: 'date-time' })

/** A comma list of ids in a query. */
export const idList = (max: number) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(id).min(1).max(max, `Must not have more than ${max} ids.`))
    .openapi({ description: `Up to ${max} ids, with commas between them` })

export const queryFlag = (byDefault: boolean) => flag.default(byDefault).openapi({ type: 'boolean' })

export const calendarType = oneLine(20)
  .transform((value) => value.toLowerCase())
  .pipe(z.literal('fixture', { error: 'Must be fixture.' }))

export const eventType = oneLine(20)
  .transform((value) => value.toLowerCase())
  .pipe(z.enum(['fixture', 'private'], { error: 'Must be fixture or private.' }))

/** A JSON body of this shape, required. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** Whether a JSON text has a number that no number of ours can hold, and that would be read as none. */
function hasEndlessNumber(text: string): boolean {
  if (!/\d[eE]\+?\d{3}|\d{309}/.test(text)) return false
  let found = false
  JSON.parse(text, (_, value) => {
    if (typeof value === 'number' && !Number.isFinite(value)) found = true
    return value
  })
  return found
}

/**
 * Reads the body as JSON, whatever its Content-Type says: strict UTF-8 without BOM and U+0000, from the first byte to
 * the last one object. An empty body is refused, or counts as `{}` where no field is required.
 */
const readsJson = (whenEmpty: '{}' | null, read = (body: Record<string, unknown>) => body) =>
  createMiddleware<PublisherEnv>(async (c, next) => {
    const text = c.var.body.length === 0 ? whenEmpty : strictText(c.var.body)
    const value = parseObject(text)
    if (text === null || value === null || hasEndlessNumber(text)) {
      throw invalid('body', 'Must be one JSON object in UTF-8.')
    }
    const headers = new Headers(c.req.raw.headers)
    headers.set('Content-Type', 'application/json')
    headers.delete('Content-Length')
    const body = JSON.stringify(read(value))
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers, body })
    c.req.bodyCache = {}
    await next()
  })

export const requiresJson = readsJson(null)
export const allowsJson = readsJson('{}')
export const requiresEventJson = readsJson(null, foldQuickLinks)
