/** What a publisher is told of an import beside its success: what was left out and what was understood otherwise. */

/** Why an event, or some of it, didn't come along as it is; each followed by names. */
export type Remark =
  | 'left out: no start that can be read'
  | 'left out: marked private'
  | 'left out: times or texts that no event may have'
  | 'with the UID of another, which was taken instead'
  | 'repeating in a way that is not supported: only the first occurrence was taken'
  | 'with changes to all later occurrences, which were made to one only'
  | 'with more than 500 exceptions, of which the oldest were left out'
  | 'in a time zone that is not known: the calendar’s was taken'

/** Names that one remark gives as examples, and the length of all remarks. */
const EXAMPLES = 3
const MAX_LENGTH = 1_000

export class Remarks {
  readonly #names = new Map<Remark, string[]>()

  /** Adds an event to those that a remark is about; '' keeps its name back. */
  add(remark: Remark, name = ''): void {
    const names = this.#names.get(remark)
    if (names) names.push(name)
    else this.#names.set(remark, [name])
  }

  /** All of it in sentences; '' where there is nothing to tell. */
  toString(): string {
    const sentences = [...this.#names].map(([remark, names]) => {
      const examples = [...new Set(names)].filter((name) => name !== '').slice(0, EXAMPLES)
      const given = examples.map((name) => `“${[...name].slice(0, 40).join('')}”`).join(', ')
      return `${names.length} ${names.length === 1 ? 'event' : 'events'} ${remark}${given && ` (${given})`}.`
    })
    return sentences.join(' ').slice(0, MAX_LENGTH)
  }
}
