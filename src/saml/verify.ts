import type { Element } from '@xmldom/xmldom'
import { fromBase64, toBase64 } from '../platform/base64'
import type { Algorithms } from './algorithms'
import { canonicalText } from './canonical'
import type { Certificate } from './certificates'
import { isNamed } from './elements'
import { DS } from './names'
import type { SignedInfo } from './signed-info'

const encoder = new TextEncoder()

/**
 * The canonical text of a signature's parent, if the signature is by the key of one of these certificates and covers
 * exactly that text; null otherwise. The key is tried first, so that only the holder of one makes us canonicalise and
 * hash a whole document. `KeyInfo` is not looked at.
 */
export async function verifySignature(
  info: SignedInfo,
  { signatureHash, digestHash }: Algorithms,
  parent: Element,
  certificates: readonly Certificate[],
): Promise<string | null> {
  const signature = fromBase64(info.signature)
  if (!signature) return null
  const signed = encoder.encode(info.text)
  for (const { spki } of certificates) {
    if (!(await isSignedBy(spki, signatureHash, signature, signed))) continue
    const covered = canonicalText(parent, info.inclusivePrefixes, (child) => isNamed(child, DS, 'Signature'))
    const digest = await crypto.subtle.digest(digestHash, encoder.encode(covered))
    return toBase64(new Uint8Array(digest)) === info.digest ? covered : null
  }
  return null
}

async function isSignedBy(
  spki: Uint8Array,
  hash: Algorithms['signatureHash'],
  signature: Uint8Array,
  signed: Uint8Array,
): Promise<boolean> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash }
  try {
    const key = await crypto.subtle.importKey('spki', spki, algorithm, false, ['verify'])
    return await crypto.subtle.verify(algorithm.name, key, signature, signed)
  } catch {
    // A key that can't be used has signed nothing.
    return false
  }
}
