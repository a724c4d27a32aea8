/** Octets of UTF-8 that are written one after the other, as content lines (RFC 5545 3.1). */

/** Of a line without its CRLF: a longer one goes on after CRLF and one space. */
export const MAX_OCTETS = 75

const CR = 0x0d
const LF = 0x0a
const SPACE = 0x20

/** What is allocated at once. */
const CHUNK = 65_536

const encoder = new TextEncoder()

/** A fixed text as octets, made once: copied, it costs a third of what its characters would one by one. */
export function octetsOf(text: string): Uint8Array {
  return encoder.encode(text)
}

/**
 * Where a serializer writes to. A string that is put together of hundreds of short ones is a tree to V8, which has to
 * be made flat and then encoded: several times the work of writing the octets where they belong.
 *
 * Public fields are for the loops over single characters, which first `reserve` all that they may need.
 */
export class Octets {
  bytes: Uint8Array
  /** Where the next octet goes. */
  at = 0
  /** Where the open line is full. */
  lineEnd = 0
  #taken = 0
  readonly #chunk: number

  constructor(chunk = CHUNK) {
    this.#chunk = chunk
    this.bytes = new Uint8Array(chunk)
  }

  /** Makes room for so many octets more; what is written already and not taken may get another place by that. */
  reserve(count: number): void {
    if (this.at + count > this.bytes.length) this.#move(count)
  }

  #move(count: number): void {
    const written = this.bytes.subarray(this.#taken, this.at)
    const bytes = new Uint8Array(Math.max(this.#chunk, 2 * (written.length + count)))
    bytes.set(written)
    this.bytes = bytes
    this.lineEnd -= this.#taken
    this.at = written.length
    this.#taken = 0
  }

  /** What was written since this was last asked; a view, not to be written to. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(this.#taken, this.at)
    this.#taken = this.at
    return taken
  }

  /** Writes octets as they are. */
  copy(octets: Uint8Array): void {
    this.reserve(octets.length)
    this.bytes.set(octets, this.at)
    this.at += octets.length
  }

  /** Begins a line; from here on `ascii` and `writeText` fold. */
  open(opening: Uint8Array): void {
    this.copy(opening)
    this.lineEnd = this.at - opening.length + MAX_OCTETS
  }

  /** Writes ASCII, where an octet is a character, on the open line. */
  ascii(text: string): void {
    this.reserve(2 * text.length + 3)
    const { bytes } = this
    let { at, lineEnd } = this
    for (let n = 0; n < text.length; n++) {
      if (at === lineEnd) {
        at = continueLine(bytes, at)
        lineEnd = at + MAX_OCTETS - 1
      }
      bytes[at++] = text.charCodeAt(n)
    }
    this.at = at
    this.lineEnd = lineEnd
  }

  /** Ends the open line. */
  close(): void {
    this.reserve(2)
    this.bytes[this.at] = CR
    this.bytes[this.at + 1] = LF
    this.at += 2
  }

  /** A whole line of ASCII. */
  line(opening: Uint8Array, text: string): void {
    this.open(opening)
    this.ascii(text)
    this.close()
  }
}

/** Folds a line: CRLF and a space, which counts as one of the 75 octets of what goes on. @returns where it goes on */
export function continueLine(bytes: Uint8Array, at: number): number {
  bytes[at] = CR
  bytes[at + 1] = LF
  bytes[at + 2] = SPACE
  return at + 3
}

/** Octets one after the other. */
export function joinOctets(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}
