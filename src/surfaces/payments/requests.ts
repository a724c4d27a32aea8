import type { FieldIssue } from '../../domain/errors'
import { type CursorOf, PaymentError, parseJsonObject, readCursor } from '../../domain/payments'
import { readBody as readBytes, strictText } from '../../platform/http'
import { BodyRefused } from './answers'
import type { PaymentsCall } from './environment'

const MAX_BODY = 65_536
const MAX_PAGE = 50

/** Reads a body as one JSON object, whatever its Content-Type; an empty one counts as `{}`. It is read once only. */
export function bodyReader(c: PaymentsCall): () => Promise<Record<string, unknown>> {
  let body: Promise<Record<string, unknown>> | undefined
  return () => {
    body ??= readObject(c.req.raw)
    return body
  }
}

/** @throws BodyRefused, PaymentError `invalid` */
async function readObject(request: Request): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, MAX_BODY)
  if (typeof bytes === 'string') throw new BodyRefused(bytes)
  const text = strictText(bytes)
  // Empty is what JSON calls white space; other spaces are no JSON.
  const body = text === null ? null : parseJsonObject(/^[ \t\r\n]*$/.test(text) ? '{}' : text)
  if (!body) throw new PaymentError('invalid', [{ field: 'body', message: 'Request body is invalid.' }])
  return body
}

/** A query parameter; '' where it is left out or blank. */
export function parameter(c: PaymentsCall, name: string): string {
  const value = c.req.query(name) ?? ''
  return value.trim() === '' ? '' : value
}

/**
 * `limit` and `nextCursor` of a list (`payments.md` 6.2), beside what is wrong with other parameters already.
 * @throws PaymentError `invalid` with all that is wrong
 */
export async function readPage(c: PaymentsCall, of: CursorOf, issues: FieldIssue[] = []) {
  const given = parameter(c, 'limit')
  const limit = given === '' ? MAX_PAGE : Number(given)
  if (given !== '' && (!/^\d+$/.test(given) || limit < 1)) {
    issues.push({ field: 'limit', message: 'Limit is invalid.' })
  }
  const after = await readCursor(c.var.context, of, parameter(c, 'nextCursor')).catch((error: unknown) => {
    if (!(error instanceof PaymentError)) throw error
    issues.push(...error.issues)
    return null
  })
  if (issues.length > 0) throw new PaymentError('invalid', issues)
  return { limit: Math.min(limit, MAX_PAGE), after }
}
