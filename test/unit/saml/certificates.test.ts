import { describe, it } from 'vitest'
import { readCertificates } from '../../../src/saml'
import { samlFixture } from '../../support/saml-fixtures'
import { certificateOf, newSigner } from '../../support/saml-signer'

const [strong, weak] = await Promise.all([newSigner(2048), newSigner(1024)])

async function ellipticCertificate(): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { publicKey } = (await crypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  return certificateOf(new Uint8Array((await crypto.subtle.exportKey('spki', publicKey)) as ArrayBuffer))
}

describe('a certificate', () => {
  it('is told by its fingerprints, bits and end, as OpenSSL tells them', ({ expect }) => {
    const pem = samlFixture('xmlsec1.pem')
    const read = readCertificates([`\r\n${pem.replaceAll('\n', '\r\n')}`], { allowSha1: false })
    expect(read).toMatchObject({
      ok: true,
      certificates: [
        {
          sha1: '44:F4:03:42:96:75:75:00:17:56:C2:AA:A8:8C:FC:FB:2D:A0:C0:1C',
          sha256:
            '10:61:B4:9A:74:F5:50:EB:85:43:5D:38:8F:20:54:59:6C:6B:FA:6E:C9:1F:11:F3:40:A5:0C:27:84:69:B3:C3',
          bits: 2048,
          notAfter: Date.parse('2126-10-31T21:55:28Z'),
        },
      ],
    })
  })

  it('counts by its key alone: one long expired is good', ({ expect }) => {
    const read = readCertificates([strong.pem], { allowSha1: false })
    expect(read).toMatchObject({ ok: true, certificates: [{ bits: 2048, notAfter: Date.UTC(2035, 0, 1) }] })
  })

  it('may have 1024 bits where SHA-1 is allowed', ({ expect }) => {
    const pems = [strong.pem, weak.pem]
    expect(readCertificates(pems, { allowSha1: false })).toEqual({
      ok: false,
      index: 1,
      problem: 'key_too_short',
    })
    expect(readCertificates(pems, { allowSha1: true })).toMatchObject({
      ok: true,
      certificates: [{}, { bits: 1024 }],
    })
  })

  it('has to be of RSA', async ({ expect }) => {
    const pems = [await ellipticCertificate()]
    expect(readCertificates(pems, { allowSha1: true })).toEqual({ ok: false, index: 0, problem: 'not_rsa' })
  })

  it.for([
    ['nothing', ''],
    ['two in one text', strong.pem + strong.pem],
    ['text around it', `subject=x\n${strong.pem}`],
    ['bare base64', strong.pem.replace(/-----.*-----/g, '')],
    ['a public key', strong.pem.replaceAll('CERTIFICATE', 'PUBLIC KEY')],
    ['a byte too few', strong.pem.replace(/....\n-----END/, '\n-----END')],
    ['no certificate inside', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'],
  ] as const)('is not %s', ([, pem], { expect }) => {
    expect(readCertificates([pem], { allowSha1: false })).toEqual({
      ok: false,
      index: 0,
      problem: 'not_a_certificate',
    })
  })
})
