// @ts-check
// Bytes and their texts, with what both Node and workerd have.

/** @type {(text: string) => Uint8Array<ArrayBuffer>} */
export const utf8 = (text) => Uint8Array.from(new TextEncoder().encode(text))

/** @param {ArrayBuffer | Uint8Array} bytes */
export function toBase64(bytes) {
  let binary = ''
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** Line breaks and blanks are allowed. @param {string} text @throws where it is no base64 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text.replace(/\s+/g, '')), (character) => character.charCodeAt(0))
}

/** A random text of `bytes` × 2 hex digits. */
export function randomHex(bytes = 16) {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

/** @param {string} label `CERTIFICATE`, `PRIVATE KEY` @param {ArrayBuffer | Uint8Array} der */
export function toPem(label, der) {
  const lines = toBase64(der).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** The first block with this label in a PEM text. @param {string} label @param {string} pem @throws where there is none */
export function fromPem(label, pem) {
  const found = new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`).exec(pem)
  if (!found?.[1]) throw new Error(`there is no ${label} in this PEM text`)
  return fromBase64(found[1])
}
