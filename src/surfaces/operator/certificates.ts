import { z } from '@hono/zod-openapi'
import { invalid } from '../../domain/errors'
import { type CertificateProblem, readCertificates } from '../../saml'

export const certificateSchema = z
  .object({
    sha1: z.string().openapi({ description: 'In upper-case hex, a colon between bytes' }),
    sha256: z.string(),
    bits: z.number().int(),
    notAfter: z.string(),
  })
  .openapi('Certificate', {
    example: {
      sha1: '2F:D4:E1:C6:7A:2D:28:FC:ED:84:9E:E1:BB:76:E7:39:1B:93:EB:12',
      sha256:
        'E3:B0:C4:42:98:FC:1C:14:9A:FB:F4:C8:99:6F:B9:24:27:AE:41:E4:64:9B:93:4C:A4:95:99:1B:78:52:B8:55',
      bits: 2048,
      notAfter: '2040-01-01T00:00:00.000Z',
    },
  })

type Certificates = { readonly certificates: readonly string[]; readonly allowSha1: boolean }

const problems: Record<CertificateProblem, string> = {
  not_a_certificate: 'Must be one certificate in PEM.',
  not_rsa: 'Must be a certificate of an RSA key.',
  key_too_short: 'Must have a key of 2048 bits or more, or 1024 where allowSha1.',
}

/** @throws DomainError `invalid` with the first certificate that can't be used */
export function judgeCertificates({ certificates, allowSha1 }: Certificates): void {
  const read = readCertificates(certificates, { allowSha1 })
  if (!read.ok) throw invalid(`idp.certificates.${read.index}`, problems[read.problem])
}

/** What is told of certificates that were judged: fingerprints, never the key. */
export function certificateFacts({
  certificates,
  allowSha1,
}: Certificates): z.infer<typeof certificateSchema>[] {
  const read = readCertificates(certificates, { allowSha1 })
  if (!read.ok) return []
  return read.certificates.map(({ sha1, sha256, bits, notAfter }) => {
    return { sha1, sha256, bits, notAfter: new Date(notAfter).toISOString() }
  })
}
