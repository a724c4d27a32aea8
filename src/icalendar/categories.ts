import { fold } from './folding'
import { octetsOf } from './octets'
import { encodeText } from './text'

/** The path segments of `Sports/Basketball,Country/Australia`, each once, in order; white space around them goes. */
export function categoryNames(categories: string): string[] {
  if (categories === '') return []
  const names = new Set<string>()
  for (const path of categories.split(',')) {
    for (const segment of path.split('/')) {
      const name = segment.trim()
      if (name !== '') names.add(name)
    }
  }
  return [...names]
}

/** The line written last: most events of a calendar have that calendar's categories. */
let last = { categories: '', line: octetsOf('') }

/** The CATEGORIES line (RFC 5545 3.8.1.2): each name escaped, the commas between them not. Empty if there is none. */
export function categoriesLine(categories: string): Uint8Array {
  if (categories !== last.categories) last = { categories, line: octetsOf(newLine(categories)) }
  return last.line
}

function newLine(categories: string): string {
  // Once more a set: names that differ in dropped characters only are one on the line.
  const values = new Set(categoryNames(categories).map(encodeText))
  values.delete('')
  return values.size === 0 ? '' : fold(`CATEGORIES:${[...values].join(',')}`)
}
