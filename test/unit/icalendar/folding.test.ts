import fc from 'fast-check'
import { describe, it } from 'vitest'
import { fold } from '../../../src/icalendar/folding'
import { octetsOf } from '../../../src/icalendar/octets'
import { written } from '../../support/rendered'

const octets = (line: string) => new TextEncoder().encode(line).length
const foldedAscii = (line: string) => written((out) => out.line(octetsOf(line.slice(0, 1)), line.slice(1)))
const physicalLines = (folded: string) => folded.split('\r\n').slice(0, -1)
const unfold = (folded: string) => folded.replaceAll('\r\n ', '').replace(/\r\n$/, '')

describe('folding', () => {
  it.for([
    ['a short line stays one', 'SUMMARY:Round 7', ['SUMMARY:Round 7']],
    ['75 octets fit', 'x'.repeat(75), ['x'.repeat(75)]],
    ['the 76th goes on the next line', 'x'.repeat(76), ['x'.repeat(75), ' x']],
    ['a continuation holds 74 beside its space', 'x'.repeat(149), ['x'.repeat(75), ` ${'x'.repeat(74)}`]],
    ['and the one after it', 'x'.repeat(150), ['x'.repeat(75), ` ${'x'.repeat(74)}`, ' x']],
  ] as const)('of ASCII: %s', ([, line, expected], { expect }) => {
    expect(physicalLines(foldedAscii(line))).toEqual(expected)
    expect(physicalLines(fold(line))).toEqual(expected)
  })

  it.for([
    ['two octets', 'é', 74],
    ['three octets', '開', 73],
    ['three octets', '開', 74],
    ['four octets, two surrogates', '🏀', 72],
    ['four octets, two surrogates', '🏀', 73],
    ['four octets, two surrogates', '🏀', 74],
  ] as const)('never splits a character of %s', ([, character, before], { expect }) => {
    expect(physicalLines(fold(`${'x'.repeat(before)}${character}y`))).toEqual([
      'x'.repeat(before),
      ` ${character}y`,
    ])
  })

  it('fills a line to its 75th octet where the character fits', ({ expect }) => {
    expect(physicalLines(fold(`${'x'.repeat(71)}🏀y`))).toEqual([`${'x'.repeat(71)}🏀`, ' y'])
  })

  it('loses nothing, exceeds nothing and splits nothing, whatever the line', ({ expect }) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400, size: 'max' }), (any) => {
        const line = any.replaceAll(/[\r\n]/g, '')
        const folded = fold(line)
        expect(unfold(folded)).toBe(line)
        for (const physical of physicalLines(folded)) {
          expect(octets(physical)).toBeLessThanOrEqual(75)
          expect(physical.isWellFormed()).toBe(true)
        }
      }),
    )
  })

  it('is the same for ASCII by either way', ({ expect }) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 400, size: 'max' }), (line) => {
        expect(foldedAscii(line)).toBe(fold(line))
      }),
    )
  })
})
