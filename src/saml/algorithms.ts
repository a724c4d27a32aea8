import { DS, EXCLUSIVE_C14N } from './names'
import type { SignedInfo } from './signed-info'

/** A hash, by its name in WebCrypto. */
type Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

export type Algorithms = { readonly signatureHash: Hash; readonly digestHash: Hash }

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const ENC = 'http://www.w3.org/2001/04/xmlenc#'

/** RSA, PKCS #1 v1.5 (RFC 6931 2.3). HMAC and `none` are not in it, so that no key of ours is ever one's secret. */
const signatureHashes: ReadonlyMap<string, Hash> = new Map([
  [`${MORE}rsa-sha256`, 'SHA-256'],
  [`${MORE}rsa-sha384`, 'SHA-384'],
  [`${MORE}rsa-sha512`, 'SHA-512'],
  [`${DS}rsa-sha1`, 'SHA-1'],
])

const digestHashes: ReadonlyMap<string, Hash> = new Map([
  [`${ENC}sha256`, 'SHA-256'],
  [`${MORE}sha384`, 'SHA-384'],
  [`${ENC}sha512`, 'SHA-512'],
  [`${DS}sha1`, 'SHA-1'],
])

/** The algorithms of a signature, where all of them are known and good (`marketplace.md` 3.2); null otherwise. */
export function chooseAlgorithms(info: SignedInfo, allowSha1: boolean): Algorithms | null {
  const signatureHash = signatureHashes.get(info.signatureMethod ?? '')
  const digestHash = digestHashes.get(info.digestMethod ?? '')
  if (info.canonicalization !== EXCLUSIVE_C14N || !signatureHash || !digestHash) return null
  const hasSha1 = signatureHash === 'SHA-1' || digestHash === 'SHA-1'
  return hasSha1 && !allowSha1 ? null : { signatureHash, digestHash }
}
