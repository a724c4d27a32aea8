import { z } from 'zod'
import { canonicalTimeZone } from '../platform/time-zone'

/**
 * The values that people and client systems type, each with its rules (`publisher-api.md` 2 and 4). Parsing also
 * brings a value into the form that is stored: trimmed, with LF as its only line break.
 */

/** Counts characters (code points), as limits do. */
export function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if ((code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) || code === 0x7f) return true
  }
  return false
}

function text(min: number, max: number, normalise: (text: string) => string) {
  return z
    .string({ error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be a text.') })
    .refine((value) => value.isWellFormed(), { error: 'Must be well-formed Unicode.', abort: true })
    .refine((value) => !hasControlCharacter(value), {
      error: 'Must not hold control characters.',
      abort: true,
    })
    .transform((value) => normalise(value.replace(/\r\n?/g, '\n')).trim())
    .refine((value) => characters(value) >= min, {
      error: min === 1 ? 'Must not be empty.' : `Must have at least ${min} characters.`,
    })
    .refine((value) => characters(value) <= max, { error: `Must not have more than ${max} characters.` })
    .meta({ ...(min > 0 ? { minLength: min } : {}), maxLength: max })
}

/** A text on one line: each line break becomes a space. */
export const oneLine = (max: number, min = 0) => text(min, max, (value) => value.replaceAll('\n', ' '))

/** A text that may have line breaks. */
export const manyLines = (max: number) => text(0, max, (value) => value)

/** `true/false`, `1/0`, `yes/no` in any letter case, or a JSON boolean or number of that value. */
export const flag = z
  .union([z.boolean(), z.number(), z.string()], { error: 'Must be true or false.' })
  .transform((value, context) => {
    const word = String(value).toLowerCase()
    if (word === 'true' || word === '1' || word === 'yes') return true
    if (word === 'false' || word === '0' || word === 'no') return false
    context.addIssue('Must be true or false.')
    return z.NEVER
  })
  .meta({ description: 'A boolean, `1` or `0`, or `"yes"` or `"no"` in any letter case' })

/** An IANA time zone name, in its proper letter case. */
export const timeZoneName = oneLine(64).transform((value, context) => {
  const name = canonicalTimeZone(value)
  if (name !== null) return name
  context.addIssue('Must be an IANA time zone such as Australia/Melbourne.')
  return z.NEVER
})

/** An absolute http or https URL, kept as it was written; '' is none. */
export const httpUrl = (max: number) =>
  oneLine(max).refine((value) => value === '' || isHttpUrl(value), {
    error: 'Must be an absolute http or https URL.',
  })

function isHttpUrl(value: string): boolean {
  if (/\s/.test(value) || !/^https?:\/\//i.test(value)) return false
  const url = URL.parse(value)
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== ''
}

/** Category paths, nested with `/`, several separated by `,`. */
export const categoryPaths = oneLine(500)

/** An optional field of a write: left out it keeps its value or takes its default, null clears it. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullable().optional()

/** What is wrong, as `{field, message}` with the wire's field names. */
export function fieldIssues(error: z.ZodError): { field: string; message: string }[] {
  return error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }))
}
