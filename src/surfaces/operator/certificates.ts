import { z } from '@hono/zod-openapi'
import { DomainError, type FieldIssue } from '../../domain/errors'
import { readCertificate } from '../../saml-stand-in'

export const certificateSchema = z
  .object({
    sha1: z.string().openapi({ description: 'In upper-case hex, a colon between bytes' }),
    sha256: z.string(),
    bits: z.number().int(),
    notAfter: z.string(),
  })
  .openapi('Certificate')

/** Signing keys have so many bits at least, and so many where SHA-1 is allowed: old marketplaces have both. */
const LEAST_BITS = 2048
const LEAST_BITS_SHA1 = 1024

type Certificates = { readonly certificates: readonly string[]; readonly allowSha1: boolean }

/** @throws DomainError `invalid` with each certificate that can't be used */
export async function judgeCertificates({ certificates, allowSha1 }: Certificates): Promise<void> {
  const least = allowSha1 ? LEAST_BITS_SHA1 : LEAST_BITS
  const faults = await Promise.all(certificates.map((pem) => faultOf(pem, least)))
  const issues = faults.flatMap((message, at): FieldIssue[] =>
    message === null ? [] : [{ field: `idp.certificates.${at}`, message }],
  )
  if (issues.length > 0) throw new DomainError('invalid', issues)
}

async function faultOf(pem: string, least: number): Promise<string | null> {
  const certificate = await readCertificate(pem)
  if (certificate === null) return 'Must be a certificate of an RSA key, in PEM.'
  return certificate.bits >= least ? null : `Must have a key of ${least} bits or more.`
}

/** What is told of certificates: fingerprints, never the key. */
export async function certificateFacts({
  certificates,
}: Pick<Certificates, 'certificates'>): Promise<z.infer<typeof certificateSchema>[]> {
  const read = await Promise.all(certificates.map(readCertificate))
  return read.flatMap((each) => {
    if (each === null) return []
    const { sha1, sha256, bits, notAfter } = each
    return [{ sha1, sha256, bits, notAfter: new Date(notAfter).toISOString() }]
  })
}
