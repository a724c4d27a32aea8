import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose'
import { type Database, runBatch } from '../../platform/d1'
import { seal, unseal } from '../../platform/sealed'
import { KEPT_AFTER_MS, type KeyTimes, nextGeneration, publishedOf, signerOf } from './key-rotation'

/** A public key as the JWKS has it: these members and no others. */
export type PublicJwk = {
  readonly kty: 'RSA'
  readonly use: 'sig'
  readonly alg: 'RS256'
  readonly kid: string
  readonly n: string
  readonly e: string
}

export type SigningKey = { readonly kid: string; readonly key: CryptoKey }

type StoredKey = KeyTimes & { kid: string; privateSealed: string; publicJwk: PublicJwk }

/** The key that tokens are signed with now, made where there is none. @throws Error without `ENCRYPTION_KEY` */
export async function currentSigningKey(
  db: Database,
  encryptionKey: () => string,
  now: number,
): Promise<SigningKey> {
  const secret = encryptionKey()
  const stored = signerOf(await keysInUse(db, secret, now), now)
  if (!stored) throw new Error('no signing key was made')
  return openPrivate(stored, secret)
}

/**
 * The public keys that tokens may be signed with now, oldest first. Without an encryption key (undefined) no key is
 * made, and what there is goes on being published.
 */
export async function publishedKeys(
  db: Database,
  encryptionKey: string | undefined,
  now: number,
): Promise<PublicJwk[]> {
  const keys = encryptionKey ? await keysInUse(db, encryptionKey, now) : await readKeys(db)
  return publishedOf(keys, now).map((key) => key.publicJwk)
}

/** A statement for the published key of this name: `public_jwk`, or no row. */
export function selectPublishedKey(db: Database, kid: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT k.public_jwk FROM signing_keys k LEFT JOIN signing_keys s ON s.generation = k.generation + 1
       WHERE k.kid = ?1 AND (s.signs_from IS NULL OR s.signs_from + ${KEPT_AFTER_MS} > ?2)`,
    )
    .bind(kid, now)
}

/** All keys, with the generation that is due: of those who make it at once, the database takes one. */
async function keysInUse(db: Database, encryptionKey: string, now: number): Promise<StoredKey[]> {
  const keys = await readKeys(db)
  const times = nextGeneration(keys, now)
  if (!times) return keys
  const made = await makeKey(times, encryptionKey)
  const [, , rows] = await runBatch(db, [
    db
      .prepare(
        `INSERT INTO signing_keys (kid, generation, private_sealed, public_jwk, created_at, signs_from)
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .bind(
        made.kid,
        made.generation,
        made.privateSealed,
        JSON.stringify(made.publicJwk),
        made.createdAt,
        made.signsFrom,
      ),
    db
      .prepare(
        `DELETE FROM signing_keys WHERE generation < ?1
         AND (SELECT s.signs_from FROM signing_keys s WHERE s.generation = signing_keys.generation + 1) <= ?2`,
      )
      .bind(made.generation - 1, now - KEPT_AFTER_MS),
    selectKeys(db),
  ])
  return (rows?.results ?? []).map((row) => toStoredKey(row as KeyRow))
}

async function makeKey(times: KeyTimes, encryptionKey: string): Promise<StoredKey> {
  const pair = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true })
  const { n = '', e = '' } = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint({ kty: 'RSA', n, e })
  const privateSealed = await seal(encryptionKey, JSON.stringify(await exportJWK(pair.privateKey)), kid)
  return { ...times, kid, privateSealed, publicJwk: { kty: 'RSA', use: 'sig', alg: 'RS256', kid, n, e } }
}

type KeyRow = {
  kid: string
  generation: number
  private_sealed: string
  public_jwk: string
  created_at: number
  signs_from: number
}

function selectKeys(db: Database): D1PreparedStatement {
  return db.prepare('SELECT * FROM signing_keys ORDER BY generation')
}

async function readKeys(db: Database): Promise<StoredKey[]> {
  return (await selectKeys(db).all<KeyRow>()).results.map(toStoredKey)
}

function toStoredKey(row: KeyRow): StoredKey {
  return {
    kid: row.kid,
    generation: row.generation,
    privateSealed: row.private_sealed,
    publicJwk: JSON.parse(row.public_jwk),
    createdAt: row.created_at,
    signsFrom: row.signs_from,
  }
}

/** The private key last used: an isolate signs with one for a month. */
let opened: { sealed: string; secret: string; key: SigningKey } | undefined

async function openPrivate(stored: StoredKey, secret: string): Promise<SigningKey> {
  const { kid, privateSealed: sealed } = stored
  if (opened?.sealed === sealed && opened.secret === secret) return opened.key
  const jwk = JSON.parse(await unseal(secret, sealed, kid))
  const imported = await importJWK(jwk, 'RS256')
  if (imported instanceof Uint8Array) throw new Error('the signing key is none')
  opened = { sealed, secret, key: { kid, key: imported } }
  return opened.key
}
