import { publicOrigin } from '../../env'
import { sameSecret } from '../../platform/digest'
import { readBody, strictText } from '../../platform/http'
import type { PortalCall } from './environment'
import { Refusal } from './refusals'

/** The largest body that this surface reads. */
const MAX_BODY = 262_144

const FORM = 'application/x-www-form-urlencoded'

/**
 * The fields of a post that a page of ours made: `csrf` is the value that it must carry, and the browser must not say
 * that another site sent it.
 * @throws Refusal `too_large`, `too_slow`, `media_type`, `malformed`, `forged`
 */
export async function readForm(c: PortalCall, csrf: string): Promise<URLSearchParams> {
  const body = await readBody(c.req.raw, MAX_BODY)
  if (typeof body === 'string') throw new Refusal(body)
  const [type = ''] = (c.req.header('Content-Type') ?? '').split(';')
  const isForm = type.trim().toLowerCase() === FORM || (type === '' && body.length === 0)
  if (!isForm) throw new Refusal('media_type')
  const text = strictText(body)
  if (text === null) throw new Refusal('malformed')
  const form = new URLSearchParams(text)
  if (!isOwn(c) || !(await sameSecret(form.get('csrf') ?? '', csrf))) throw new Refusal('forged')
  return form
}

/** Whether the browser says nothing against the form being of a page of ours. */
function isOwn(c: PortalCall): boolean {
  if (c.req.header('Sec-Fetch-Site')?.toLowerCase() === 'cross-site') return false
  const origin = c.req.header('Origin')
  if (origin === undefined) return true
  return origin === publicOrigin(c.env, c.req.raw) || origin === new URL(c.req.url).origin
}

/** The id of a create form. @throws Refusal `malformed` for one that no page of ours made */
export function formIdOf(form: URLSearchParams): string {
  const formId = form.get('formId') ?? ''
  if (!/^[0-9a-f]{32}$/.test(formId)) throw new Refusal('malformed')
  return formId
}
