import { describe, it } from 'vitest'

/** The code, as it stands in its files. */
const sources = import.meta.glob('../../../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>

const files = Object.entries(sources).map(
  ([path, text]) => [path.replace('../../../src/', ''), text] as const,
)

/** What a value is called that may be a secret, or made of one. */
const SECRET =
  /(sign|signature|secret|(?<!sync)token|hash|digest|hmac|mac|(?<!e)tag|mark|code|csrf|nonce|cookie|password|credential|apikey|sealed|address)$/i

const OPERAND = String.raw`[\w$.?!()]+`

/** Both sides of each comparison of two values; what stands on one side in letters or numbers is no secret. */
function comparisons(text: string): string[] {
  const found = [...text.matchAll(new RegExp(String.raw`(${OPERAND})\s+[!=]==?\s+(${OPERAND})`, 'g'))]
  return found
    .filter(
      ([, ...sides]) => !sides.some((side) => /^(null|undefined|true|false|-?\d\w*|[A-Z_]+)\)*$/.test(side)),
    )
    .map(([, ...sides]) => sides.map((side) => side.replace(/^[(!]+|[()!?]+$/g, '')))
    .filter((sides) => sides.some((side) => SECRET.test(side)))
    .map((sides) => sides.join(' '))
}

/** Comparisons of such names that give no secret away, and why. */
const harmless: Readonly<Record<string, string>> = {
  'domain/idempotency.ts: row?.request_hash requestHash': 'of two requests that the same key signed',
  'domain/identity/signing-keys.ts: opened?.sealed sealed': 'of the database with what was read of it before',
  'domain/identity/signing-keys.ts: opened.secret secret': 'of our own setting with itself',
  'domain/marketplace/connec/hub-connec.ts: each.code code': 'a name of a record in a data hub',
  'domain/marketplace/connec/push.ts: map.sentHash hash': 'whether a record of ours has changed',
  'domain/source-import/import-source.ts: digest claimed.digest': 'whether an external calendar has changed',
  'domain/source-import/plan.ts: before.digest digest': 'whether an event of it has',
  'saml/verify.ts: Uint8Array(digest info.digest': 'whoever wrote a document can reckon its digest',
}

describe('a comparison of secrets', () => {
  it('goes through `sameSecret`, or is a look-up by a hash', ({ expect }) => {
    expect(files.length).toBeGreaterThan(400)
    const found = files.flatMap(([path, text]) => comparisons(text).map((each) => `${path}: ${each}`))
    expect(found.sort()).toEqual(Object.keys(harmless).sort())
  })

  it('takes its constant time in one place', ({ expect }) => {
    const users = files.filter(([, text]) => text.includes('timingSafeEqual')).map(([path]) => path)
    expect(users).toEqual(['platform/digest.ts'])
  })

  it.for([
    ['if (given === good.apiSign) return', true],
    ['return !(token !== row.token_hash)', true],
    ['if ((await unseal(key, sealed)) !== code) {', true],
    ["if (scheme === 'token')", false],
    ['if (token === null)', false],
    ['if (code === COMMA)', false],
  ] as const)('%s would be found: %s', ([text, isFound], { expect }) => {
    expect(comparisons(text).length > 0).toBe(isFound)
  })
})
