// What the clients know: what was answered happened, what was not may have happened or not, and nothing else.

/** What went wrong, and how much was done. */
export class Report {
  /** @type {string[]} */
  violations = []
  /** @type {Record<string, number>} */
  figures = {}

  violate(check, text, detail) {
    const shown = detail === undefined ? '' : ` ${JSON.stringify(detail)}`
    this.violations.push(`${check}: ${text}${shown.length > 1_500 ? `${shown.slice(0, 1_500)}…` : shown}`)
  }

  count(name, by = 1) {
    this.figures[name] = (this.figures[name] ?? 0) + by
  }
}

const key = (state) => JSON.stringify(state)

/** One thing and the states that it may be in: one, unless a request about it got no answer. Null is "not there". */
export class Known {
  constructor(report, name, state = null) {
    this.report = report
    this.name = name
    this.states = new Set([key(state)])
    this.last = 'nothing yet'
  }

  /** The state, where it is certain; else undefined. */
  get state() {
    const [first, ...others] = this.states
    return others.length === 0 ? JSON.parse(first) : undefined
  }

  get isCertain() {
    return this.states.size === 1
  }

  /** A request was answered: this is the state. */
  told(state, request) {
    this.states = new Set([key(state)])
    this.last = `${request} (answered)`
  }

  /** A request got no answer: this may be the state. */
  perhaps(state, request) {
    this.states.add(key(state))
    this.last = `${request} (no answer)`
  }

  /** Something was read: it has to be one of the states, and from now on is the only one. */
  seen(actual, where) {
    if (!this.states.has(key(actual)))
      this.report.violate(where, `${this.name} differs after ${this.last}; expected one of`, {
        expected: [...this.states].map((state) => JSON.parse(state)),
        found: actual,
      })
    this.states = new Set([key(actual)])
  }
}

/** Things of one kind by their keys. */
export class Shelf extends Map {
  constructor(report, kind) {
    super()
    this.report = report
    this.kind = kind
  }

  thing(id, state = null) {
    if (!this.has(id)) this.set(id, new Known(this.report, `${this.kind} ${id}`, state))
    return this.get(id)
  }

  /** Everything that was read of this kind: none missing, none too many, each as known. */
  seenAll(found, where, isMine = () => true) {
    for (const [id, known] of this) if (isMine(id)) known.seen(found.get(id) ?? null, where)
    for (const [id, state] of found)
      if (!this.has(id)) this.report.violate(where, `${this.kind} ${id} was never made`, state)
  }
}
