import { describe, it } from 'vitest'
import { samlFixture, signedFixtures } from '../../support/saml-fixtures'
import { signOn } from '../../support/saml-sign-on'
import { newSigner } from '../../support/saml-signer'

const stranger = await newSigner()

function certificateOf(name: string): string {
  return samlFixture(name.startsWith('java') ? 'java.pem' : 'xmlsec1.pem')
}

describe('a response signed by another implementation', () => {
  it('is there of two of them', ({ expect }) => {
    expect(signedFixtures.filter((name) => name.startsWith('xmlsec1-'))).toHaveLength(11)
    expect(signedFixtures.filter((name) => name.startsWith('java-'))).toHaveLength(4)
  })

  it.for(signedFixtures)('is accepted: %s', async (name, { expect }) => {
    const allowSha1 = name.includes('sha1')
    const result = await signOn(samlFixture(`${name}.xml`), { pems: [certificateOf(name)], allowSha1 })
    const firstName = name.includes('hard') ? "Ann & “Zoë” <O'Neill> 😀 😀" : 'Ann'
    expect(result).toMatchObject({
      userUid: 'usr-1',
      email: 'ann@acme.example',
      firstName,
      group: { uid: 'cld-1' },
    })
  })

  it.for(signedFixtures)('is accepted by the second of two certificates: %s', async (name, { expect }) => {
    const pems = [stranger.pem, certificateOf(name)]
    expect(await signOn(samlFixture(`${name}.xml`), { pems, allowSha1: true })).toMatchObject({
      userUid: 'usr-1',
    })
  })

  it.for(signedFixtures)('is refused by the certificate of another tenant: %s', async (name, { expect }) => {
    expect(await signOn(samlFixture(`${name}.xml`), { pems: [stranger.pem], allowSha1: true })).toBe(
      'signature_invalid',
    )
  })

  it.for(signedFixtures)('is refused with one value changed: %s', async (name, { expect }) => {
    const changed = samlFixture(`${name}.xml`).replace('>cld-1<', '>cld-2<')
    expect(await signOn(changed, { pems: [certificateOf(name)], allowSha1: true })).toBe('signature_invalid')
  })

  it('keeps the white space inside of a value, and drops that around it', async ({ expect }) => {
    const pems = [samlFixture('xmlsec1.pem')]
    const group = { name: 'Acme  &   Söhne (Αθήνα)\u00a0公司' }
    expect(await signOn(samlFixture('xmlsec1-white-space.xml'), { pems })).toMatchObject({ group })
  })

  it('with SHA-1 is refused where the tenant does not allow it', async ({ expect }) => {
    const pems = [samlFixture('xmlsec1.pem')]
    expect(await signOn(samlFixture('xmlsec1-sha1.xml'), { pems })).toBe('signature_algorithm')
  })
})
