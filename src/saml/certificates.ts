import { X509Certificate } from 'node:crypto'

/** A certificate that an operator pinned. Names and dates in it mean nothing (`marketplace.md` 1). */
export type Certificate = {
  /** As it was given, without the white space around it. */
  readonly pem: string
  /** Fingerprints: upper-case hex, `:` between bytes. */
  readonly sha1: string
  readonly sha256: string
  /** Of the RSA modulus. */
  readonly bits: number
  /** Epoch milliseconds. For people: nothing depends on it. */
  readonly notAfter: number
  /** The public key: DER of its SubjectPublicKeyInfo. */
  readonly spki: Uint8Array
}

export type CertificateProblem = 'not_a_certificate' | 'not_rsa' | 'key_too_short'

export type ReadCertificates =
  | { readonly ok: true; readonly certificates: readonly Certificate[] }
  /** `index`: which of them. */
  | { readonly ok: false; readonly index: number; readonly problem: CertificateProblem }

const MIN_BITS = 2048
const MIN_BITS_WITH_SHA1 = 1024

/**
 * Reads certificates, one a PEM text: RSA of 2048 bits or more, 1024 or more for a hub of the age of SHA-1
 * (`marketplace.md` 1). The first one that won't do is told by its place.
 */
export function readCertificates(
  pems: readonly string[],
  { allowSha1 }: { readonly allowSha1: boolean },
): ReadCertificates {
  const certificates: Certificate[] = []
  for (const [index, pem] of pems.entries()) {
    const read = readCertificate(pem.trim(), allowSha1 ? MIN_BITS_WITH_SHA1 : MIN_BITS)
    if (typeof read === 'string') return { ok: false, index, problem: read }
    certificates.push(read)
  }
  return { ok: true, certificates }
}

const onePem = /^-----BEGIN CERTIFICATE-----\s+[A-Za-z0-9+/=\s]+\s-----END CERTIFICATE-----$/

function readCertificate(pem: string, minBits: number): Certificate | CertificateProblem {
  // The runtime would take the first of several and ignore the rest.
  if (!onePem.test(pem)) return 'not_a_certificate'
  try {
    const { publicKey, fingerprint: sha1, fingerprint256: sha256, validTo } = new X509Certificate(pem)
    if (publicKey.asymmetricKeyType !== 'rsa') return 'not_rsa'
    const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0
    if (bits < minBits) return 'key_too_short'
    const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
    return { pem, sha1, sha256, bits, notAfter: Date.parse(validTo), spki }
  } catch {
    return 'not_a_certificate'
  }
}
