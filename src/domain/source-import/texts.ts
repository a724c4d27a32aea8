import { characters, httpUrl } from '../fields'

/** Texts from outside, in the form and within the limits of an event's fields (`publisher-api.md` 2 and 4). */

/** A text that may have line breaks: without what no field may hold, and cut where it is too long. */
export function longText(text: string, max: number): string {
  // Some more than can stay is looked at: what falls away may stand before it.
  const near = text
    .slice(0, max * 4)
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
  return cut(withoutControls(near).trim(), max)
}

/** A text on one line. */
export function shortText(text: string, max: number): string {
  return longText(text.slice(0, max * 8).replace(/[\r\n]+/g, ' '), max)
}

function withoutControls(text: string): string {
  let clean = ''
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if ((code >= 0x20 && code !== 0x7f) || code === 0x09 || code === 0x0a) continue
    clean += text.slice(from, at)
    from = at + 1
  }
  return clean + text.slice(from)
}

/** A text of at most so many characters; one that goes on says so. */
function cut(text: string, max: number): string {
  if (text.length <= max || characters(text) <= max) return text
  let end = 0
  for (let n = 0; n < max - 1; n++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  return `${text.slice(0, end).trimEnd()}…`
}

const url = httpUrl(2000)

/** A web address that an event may have; '' for anything else. */
export function webAddress(text: string): string {
  const { success, data } = url.safeParse(text.trim())
  return success ? data : ''
}

/** Category names as paths: a comma would begin another path. As many as there is room for. */
export function categoryText(names: readonly string[], max: number): string {
  const clean = names.slice(0, max).map((name) => shortText(name.replaceAll(',', ' '), max))
  let text = ''
  for (const name of new Set(clean.filter((each) => each !== ''))) {
    const longer = text === '' ? name : `${text},${name}`
    if (characters(longer) > max) break
    text = longer
  }
  return text
}
