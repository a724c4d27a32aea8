import { fromBase64 } from '../platform/base64'
import { strictText } from '../platform/http'
import { type Checked, found, refused } from './failures'

/** In characters, as posted: what a form of 256 KiB can hold at most. */
const MAX_LENGTH = 256 * 1024

/**
 * The XML text of the `SAMLResponse` fields of a form: exactly one, base64 of UTF-8, with line breaks or without
 * (`marketplace.md` 3.2). A byte order mark, which is part of the encoding and not of the text, is left out.
 */
export function decodeMessage(fields: readonly string[]): Checked<string> {
  const [field, ...more] = fields
  if (!field || more.length > 0) return refused('no_response')
  if (field.length > MAX_LENGTH) return refused('malformed')
  const bytes = fromBase64(field.replace(/[\r\n]+/g, ''))
  if (!bytes) return refused('malformed')
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const text = strictText(hasMark ? bytes.subarray(3) : bytes)
  return text === null ? refused('malformed') : found(text)
}
