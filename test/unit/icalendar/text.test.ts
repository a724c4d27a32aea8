import fc from 'fast-check'
import { describe, it } from 'vitest'
import { octetsOf } from '../../../src/icalendar/octets'
import { encodeText, textLine } from '../../../src/icalendar/text'
import { written } from '../../support/rendered'

describe('a TEXT value', () => {
  it.for([
    ['plain words as they are', 'Round 7: A vs. B "home"', 'Round 7: A vs. B "home"'],
    ['a backslash, semicolon and comma escaped', 'a\\b;c,d', 'a\\\\b\\;c\\,d'],
    ['a typed \\n as a backslash and an n', 'a\\nb', 'a\\\\nb'],
    ['CRLF as one line break', 'a\r\nb', 'a\\nb'],
    ['a lone CR as a line break', 'a\rb', 'a\\nb'],
    ['a lone LF as a line break', 'a\nb', 'a\\nb'],
    ['LF CR as two line breaks', 'a\n\rb', 'a\\n\\nb'],
    ['each of several line breaks', '\r\n\r\r\n\n', '\\n\\n\\n\\n'],
    ['what Unicode calls a line break as one too', 'a\u0085b\u2028c\u2029d', 'a\\nb\\nc\\nd'],
    ['a TAB as it is', 'a\tb', 'a\tb'],
    ['no other control character', 'a\u0000\u0007\u0008\u000b\u000c\u001b\u001c\u001d\u001e\u001fb', 'ab'],
    ['no DEL and no C1 control', 'a\u007f\u0080\u0084\u0086\u009b\u009fb', 'ab'],
    ['a no-break space as it is', 'a\u00a0b', 'a\u00a0b'],
    ['letters of any script', 'Zürich 開場 עברית', 'Zürich 開場 עברית'],
    ['a character beyond the basic plane', '🏀 ok', '🏀 ok'],
    ['a lone high surrogate as U+FFFD', 'a\ud83cb', 'a\ufffdb'],
    ['a lone low surrogate as U+FFFD', 'a\udfc0b', 'a\ufffdb'],
    ['swapped surrogates as two U+FFFD', '\udfc0\ud83c', '\ufffd\ufffd'],
    ['a high surrogate at the end as U+FFFD', 'a\ud83c', 'a\ufffd'],
    ['a high surrogate before a pair as U+FFFD', '\ud83c🏀', '\ufffd🏀'],
    ['an escape right after a kept pair', '🏀,🏀\n', '🏀\\,🏀\\n'],
    ['nothing as nothing', '', ''],
  ] as const)('has %s', ([, value, expected], { expect }) => {
    expect(encodeText(value)).toBe(expected)
  })

  it('is one line of well-formed Unicode without a control character but TAB, whatever it was', ({
    expect,
  }) => {
    fc.assert(
      fc.property(fc.string({ unit: anyCodeUnit, maxLength: 200 }), (value) => {
        const encoded = encodeText(value)
        expect(encoded).not.toMatch(/[^\P{Cc}\t]|[\u2028\u2029]/u)
        expect(encoded.isWellFormed()).toBe(true)
      }),
    )
  })
})

describe('a TEXT property', () => {
  it.for([
    ['is one folded line', 'Round 7', 'SUMMARY:Round 7\r\n'],
    ['is left out when empty', '', ''],
    ['is left out when nothing of it remains', '\u0000\u0007', ''],
    ['stays where it is white space alone', ' ', 'SUMMARY: \r\n'],
    ['is folded when long', 'x'.repeat(68), `SUMMARY:${'x'.repeat(67)}\r\n x\r\n`],
    ['is folded by octets', 'é'.repeat(34), `SUMMARY:${'é'.repeat(33)}\r\n é\r\n`],
    ['is folded after escaping', ','.repeat(34), `SUMMARY:${'\\,'.repeat(33)}\r\n \\,\r\n`],
    ['is not folded inside of an escape', `${'x'.repeat(66)},y`, `SUMMARY:${'x'.repeat(66)}\r\n \\,y\r\n`],
    [
      'is folded before its first escape too',
      `${'x'.repeat(70)};`,
      `SUMMARY:${'x'.repeat(67)}\r\n xxx\\;\r\n`,
    ],
    ['fills a line where characters fall away', `${'x'.repeat(67)}\u0000`, `SUMMARY:${'x'.repeat(67)}\r\n`],
  ] as const)('%s', ([, value, expected], { expect }) => {
    expect(written((out) => textLine(out, octetsOf('SUMMARY:'), value))).toBe(expected)
  })
})

/** Any UTF-16 code unit, the troublesome ones often: halves of surrogate pairs and all control characters too. */
const anyCodeUnit = fc
  .oneof(
    fc.integer({ min: 0, max: 0xffff }),
    fc.integer({ min: 0, max: 0x9f }),
    fc.integer({ min: 0xd800, max: 0xdfff }),
    fc.constantFrom(0x0a, 0x0d, 0x2c, 0x3b, 0x5c, 0x85, 0x2028, 0x2029),
  )
  .map((code) => String.fromCharCode(code))
