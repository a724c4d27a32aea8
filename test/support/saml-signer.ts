/** Keys made for one test run, and certificates for them: nothing of it is stored. */

export type Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

export type Signer = {
  /** A certificate that is good for nothing but to hold the public key. */
  readonly pem: string
  /** RSA, PKCS #1 v1.5, in base64. */
  readonly sign: (hash: Hash, text: string) => Promise<string>
}

export async function newSigner(bits = 2048): Promise<Signer> {
  const { publicKey, privateKey } = await newKeyPair(bits)
  const spki = new Uint8Array((await crypto.subtle.exportKey('spki', publicKey)) as ArrayBuffer)
  const pkcs8 = (await crypto.subtle.exportKey('pkcs8', privateKey)) as ArrayBuffer
  const sign = async (hash: Hash, text: string) => {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash }
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
    return base64(
      new Uint8Array(await crypto.subtle.sign(algorithm.name, key, new TextEncoder().encode(text))),
    )
  }
  return { pem: certificateOf(spki), sign }
}

async function newKeyPair(bits: number): Promise<CryptoKeyPair> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: bits,
    publicExponent: new Uint8Array([1, 0, 1]),
  }
  return (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
}

/** A certificate for any public key (DER of its SubjectPublicKeyInfo). Its own signature is none: nobody looks at it. */
export function certificateOf(spki: Uint8Array): string {
  const sha256WithRsa = der(0x30, [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, 5, 0])
  const name = der(0x30, der(0x31, der(0x30, [...[6, 3, 0x55, 4, 3], ...der(12, ascii('Test hub'))])))
  const validity = der(0x30, [...der(23, ascii('250101000000Z')), ...der(23, ascii('350101000000Z'))])
  const body = der(0x30, [...der(2, [1]), ...sha256WithRsa, ...name, ...validity, ...name, ...spki])
  const whole = der(0x30, [...body, ...sha256WithRsa, ...der(3, [0, ...new Uint8Array(256)])])
  const lines = base64(new Uint8Array(whole)).match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** A DER value of one tag; up to 65,535 bytes. */
function der(tag: number, content: readonly number[]): number[] {
  const { length } = content
  if (length < 128) return [tag, length, ...content]
  return length < 256 ? [tag, 0x81, length, ...content] : [tag, 0x82, length >> 8, length & 255, ...content]
}

function ascii(text: string): number[] {
  return [...text].map((char) => char.charCodeAt(0))
}

export function base64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

export async function digest(hash: Hash, text: string): Promise<string> {
  return base64(new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(text))))
}
