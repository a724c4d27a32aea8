// @ts-check
// The identity provider's key and certificate. Web Crypto only: works in Node and in workerd.
import { fromPem, toPem, utf8 } from './bytes.mjs'

/** @typedef {{ privateKey: string, certificate: string }} Identity Both PEM; the key PKCS #8, the certificate X.509. */
/** @typedef {'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'} Hash */

const scheme = 'RSASSA-PKCS1-v1_5'
const YEAR_MS = 365 * 86_400_000

/**
 * A new RSA key with a self-signed certificate for it, good for ten years from `now` (epoch milliseconds).
 * @param {{ bits?: number, name?: string, now?: number }} [options]
 * @returns {Promise<Identity>}
 */
export async function createIdentity({ bits = 2048, name = 'Demo Marketplace', now = Date.now() } = {}) {
  const publicExponent = new Uint8Array([1, 0, 1])
  const algorithm = { name: scheme, modulusLength: bits, publicExponent, hash: 'SHA-256' }
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  if (!('privateKey' in pair)) throw new Error('no key pair came')
  const exported = async (/** @type {'pkcs8' | 'spki'} */ format, /** @type {CryptoKey} */ key) =>
    new Uint8Array(/** @type {ArrayBuffer} */ (await crypto.subtle.exportKey(format, key)))

  const subject = distinguishedName(name)
  const content = sequence(
    tagged(0xa0, integer(Uint8Array.of(2))), // version 3
    integer(serialNumber()),
    sha256WithRsa,
    subject, // the issuer: itself
    sequence(utcTime(now), utcTime(now + 10 * YEAR_MS)),
    subject,
    await exported('spki', pair.publicKey),
  )
  const signature = new Uint8Array(await crypto.subtle.sign(scheme, pair.privateKey, content))
  const certificate = sequence(content, sha256WithRsa, bitString(signature))
  return {
    privateKey: toPem('PRIVATE KEY', await exported('pkcs8', pair.privateKey)),
    certificate: toPem('CERTIFICATE', certificate),
  }
}

/**
 * RSA PKCS #1 v1.5 with this hash.
 * @param {Identity} identity @param {Hash} hash @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function signBytes({ privateKey }, hash, bytes) {
  const der = fromPem('PRIVATE KEY', privateKey)
  const key = await crypto.subtle.importKey('pkcs8', der, { name: scheme, hash }, false, ['sign'])
  return crypto.subtle.sign(scheme, key, bytes)
}

// DER, as much of it as a certificate needs.

/** @param {number} tag @param {Uint8Array[]} parts */
function tagged(tag, ...parts) {
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff]
  return Uint8Array.from([tag, ...length, ...parts.flatMap((part) => [...part])])
}

const sequence = (/** @type {Uint8Array[]} */ ...parts) => tagged(0x30, ...parts)
const integer = (/** @type {Uint8Array} */ bytes) => tagged(0x02, bytes)
const bitString = (/** @type {Uint8Array} */ bytes) => tagged(0x03, Uint8Array.of(0), bytes)

/** 1.2.840.113549.1.1.11 */
const sha256WithRsa = sequence(
  tagged(0x06, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b)),
  tagged(0x05),
)

/** CN (2.5.4.3) alone. @param {string} name */
function distinguishedName(name) {
  const commonName = sequence(tagged(0x06, Uint8Array.of(0x55, 0x04, 0x03)), tagged(0x0c, utf8(name)))
  return sequence(tagged(0x31, commonName))
}

/** A positive integer in its shortest form. */
function serialNumber() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f)
  return bytes
}

/** @param {number} ms */
const utcTime = (ms) => tagged(0x17, utf8(`${new Date(ms).toISOString().slice(2, 19).replace(/\D/g, '')}Z`))
