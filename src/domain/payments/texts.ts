import { characters } from '../fields'

/** A text as the payments surface takes it (`payments.md` 6.1): trimmed, null and blank being none. */
export type TakenText = { readonly value: string } | { readonly fault: 'invalid' | 'too_long' }

/** Reads a text of at most `max` characters; `lines` allows line breaks, which become LF. */
export function takeText(given: unknown, max: number, { lines = false } = {}): TakenText {
  if (given === undefined || given === null) return { value: '' }
  if (typeof given !== 'string') return { fault: 'invalid' }
  const text = trim(lines ? given.replace(/\r\n?/g, '\n') : given)
  const judged = lines ? text.replaceAll('\n', '') : text
  if (!text.isWellFormed() || /\p{Cc}/u.test(judged)) return { fault: 'invalid' }
  return characters(text) > max ? { fault: 'too_long' } : { value: text }
}

/** Without Unicode white space at both ends; by hand, since a pattern would look at long runs inside again and again. */
function trim(text: string): string {
  const isSpace = (at: number) => /^\p{White_Space}$/u.test(text.charAt(at))
  let [from, to] = [0, text.length]
  while (from < to && isSpace(from)) from++
  while (to > from && isSpace(to - 1)) to--
  return text.slice(from, to)
}
