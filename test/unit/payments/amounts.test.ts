import fc from 'fast-check'
import { describe, it } from 'vitest'
import { centsOf, dollars, NumberLiteral, parseJsonObject } from '../../../src/domain/payments/amounts'
import { moneyJson, moneyText } from '../../../src/objects/money'

const read = (literal: string) => {
  const amount = parseJsonObject(`{"amount":${literal}}`)?.amount
  return amount instanceof NumberLiteral ? centsOf(amount) : amount
}

describe('a literal', () => {
  it.for([
    ['50', 5000n],
    ['50.0', 5000n],
    ['50.10', 5010n],
    ['0.1', 10n],
    ['-1', -100n],
    ['1e2', 10_000n],
    ['1e0', 100n],
    ['100e-2', 100n],
    ['0e99999999999', 0n],
    ['-0.00', 0n],
    ['9007199254740993', 900_719_925_474_099_300n],
    ['1.005', null],
    ['50.000', null],
    ['1.2345e2', null],
    ['1e-3', null],
    ['1e-99999999999', null],
    ['1e400', null],
  ] as const)('%s is %s cents', ([literal, cents], { expect }) => {
    expect(read(literal)).toBe(cents)
  })

  it('of whole cents is those cents, however it is written', ({ expect }) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (cents) => {
        expect(read(moneyText(cents))).toBe(BigInt(cents))
        expect(read(`${cents}e-2`)).toBe(BigInt(cents))
        expect(JSON.stringify({ amount: moneyJson(cents) })).toBe(`{"amount":${moneyText(cents)}}`)
      }),
    )
  })

  it('is found in objects only', ({ expect }) => {
    for (const text of ['5', '[]', 'null', '"x"', '', '{', '{"a":NaN}', '['.repeat(60_000)]) {
      expect(parseJsonObject(text)).toBeNull()
    }
    expect(parseJsonObject('{"a":1,"a":2.50}')).toEqual({ a: new NumberLiteral('2.50') })
    expect(parseJsonObject('{"__proto__":{"amount":5}}')?.amount).toBeUndefined()
  })
})

describe('money', () => {
  it('is written with two decimals, and as dollars with cents only where there are any', ({ expect }) => {
    expect([0, 5, 50, 100, 5000, 99_999_999].map(moneyText)).toEqual([
      '0.00',
      '0.05',
      '0.50',
      '1.00',
      '50.00',
      '999999.99',
    ])
    expect([300_000, 99_950, 100].map(dollars)).toEqual(['$3000', '$999.50', '$1'])
  })
})
