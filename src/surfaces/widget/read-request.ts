import { splitList } from '../../domain/calendars/offered'
import { readBody, strictText } from '../../platform/http'
import { parseObject } from '../../platform/json-object'
import { Refusal } from './refusals'
import { fieldNames } from './request-fields'

/** The largest body that this surface reads. */
const MAX_BODY = 65_536

/** What came, in one shape: `fields` is null where the body can't be read as what it says it is. */
export type SentRequest = {
  readonly kind: 'json' | 'form'
  readonly fields: Readonly<Record<string, unknown>> | null
  /** The form as it was sent; empty for JSON. */
  readonly form: URLSearchParams
}

/** What a request's body is by its Content-Type; null for anything that isn't read here. */
export function bodyKind(request: Request): SentRequest['kind'] | null {
  const [type = ''] = (request.headers.get('Content-Type') ?? '').split(';')
  switch (type.trim().toLowerCase()) {
    case 'application/json':
      return 'json'
    case 'application/x-www-form-urlencoded':
      return 'form'
    default:
      return null
  }
}

/** Reads a body, JSON or form. @throws Refusal `too_large`, `too_slow`, `media_type` */
export async function readRequest(request: Request): Promise<SentRequest> {
  const body = await readBody(request, MAX_BODY)
  if (typeof body === 'string') throw new Refusal(body)
  const kind = bodyKind(request)
  if (kind === null) throw new Refusal('media_type')
  const text = strictText(body)
  if (kind === 'json') return { kind, fields: parseObject(text), form: new URLSearchParams() }
  const form = new URLSearchParams(text ?? '')
  return { kind, fields: text === null ? null : formFields(form), form }
}

/** The value of a JSON text; the text itself where it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const LISTS: readonly string[] = ['calendarIds', 'tags']

/**
 * A form's known fields. Browsers send every field that a form has, so an empty one is one not given; but an empty
 * list of calendars was shown and left empty.
 */
function formFields(form: URLSearchParams): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of fieldNames) {
    const values = form.getAll(name)
    const given = values.filter((value) => value !== '')
    if (LISTS.includes(name)) {
      if (given.length > 0 || (name === 'calendarIds' && values.length > 0)) {
        fields[name] = given.flatMap(splitList)
      }
    } else {
      const last = given.at(-1)
      if (last !== undefined) fields[name] = name === 'data' ? parseJson(last) : last
    }
  }
  return fields
}
