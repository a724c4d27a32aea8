import { md5Hex } from '../../../platform/digest'
import { sortedWithout } from './query'

/**
 * The digests that `apiSign` may be (`publisher-api.md` 1.2): MD5 over the secret, the sorted parameters and, for
 * POST and PUT, the body's bytes as sent. For DELETE a body may be signed or not; GET and HEAD have none.
 */
export async function apiSigns(
  secret: string,
  method: string,
  parameters: ReadonlyMap<string, string>,
  body: Uint8Array,
): Promise<string[]> {
  const pairs = sortedWithout(parameters, 'apiSign').map(([name, value]) => name + value)
  const plain = new TextEncoder().encode(secret + pairs.join(''))
  const signed = new Uint8Array(plain.length + body.length)
  signed.set(plain)
  signed.set(body, plain.length)
  if (method === 'GET' || method === 'HEAD') return [await md5Hex(plain)]
  if (method === 'POST' || method === 'PUT') return [await md5Hex(signed)]
  return Promise.all([md5Hex(plain), md5Hex(signed)])
}
