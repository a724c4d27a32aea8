/** Lower-case hex of `bytes` random bytes. */
export function randomHex(bytes: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(bytes)))
}

/** A new id: 24 lower-case hex digits, all 96 bits random (`publisher-api.md` 2). */
export function newId(): string {
  return randomHex(12)
}

/** Whether a text has the shape of an id. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text)
}

export function toHex(bytes: ArrayBuffer | Uint8Array): string {
  let text = ''
  for (const byte of bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)) {
    text += byte.toString(16).padStart(2, '0')
  }
  return text
}
