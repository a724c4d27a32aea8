import { base64url } from 'jose'
import { hmacSha256Hex, sameSecret } from '../../platform/digest'
import { keysOf, sealingKey } from '../../platform/sealed'
import type { Context } from '../context'
import { PaymentError } from './errors'

/** A list that has pages: its name and what it is of (an account, or the publisher). */
export type CursorOf = { readonly list: string; readonly of: string }

/** The position that a page ended with. */
export type Position = readonly (string | number)[]

/**
 * A cursor (`payments.md` 6.2): a position in a list, authenticated with the deployment's key together with what it is
 * of, so that one of another account, list or publisher is none. @throws Error without `ENCRYPTION_KEY`
 */
export async function makeCursor(ctx: Context, of: CursorOf, position: Position): Promise<string> {
  const text = JSON.stringify(position)
  return base64url.encode(`${await tagOf(ctx, sealingKey(ctx.encryptionKey()), of, text)}${text}`)
}

/** The position of a cursor; null where there is none. @throws PaymentError `invalid` */
export async function readCursor(ctx: Context, of: CursorOf, cursor: string): Promise<Position | null> {
  if (cursor === '') return null
  const [tag, text] = open(cursor)
  const good = await Promise.all(keysOf(ctx.encryptionKey()).map((key) => tagOf(ctx, key, of, text)))
  const same = await Promise.all(good.map((each) => sameSecret(tag, each)))
  // Base64 has several writings of some bytes: only the one that we wrote counts.
  if (!same.includes(true) || base64url.encode(`${tag}${text}`) !== cursor) throw wrong()
  return JSON.parse(text)
}

function open(cursor: string): readonly [tag: string, text: string] {
  if (cursor.length > 1000 || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw wrong()
  try {
    const plain = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(base64url.decode(cursor))
    if (!/^[0-9a-f]{32}/.test(plain)) throw wrong()
    return [plain.slice(0, 32), plain.slice(32)]
  } catch {
    throw wrong()
  }
}

function wrong(): PaymentError {
  return new PaymentError('invalid', [{ field: 'nextCursor', message: 'NextCursor is invalid.' }])
}

async function tagOf(ctx: Context, key: string, { list, of }: CursorOf, text: string): Promise<string> {
  const about = JSON.stringify(['payments cursor', ctx.publisher.id, list, of, text])
  return (await hmacSha256Hex(key, about)).slice(0, 32)
}
