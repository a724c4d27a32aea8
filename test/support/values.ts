/** Values as the wire may bring them, and what becomes of them (`publisher-api.md` 2). */

/** Every spelling of a boolean, and what it means. */
export const flags: [spelling: unknown, means: boolean][] = [
  [true, true],
  [false, false],
  [1, true],
  [0, false],
  ...['true', 'TRUE', 'True', '1', 'yes', 'YES', 'yEs'].map((word): [unknown, boolean] => [word, true]),
  ...['false', 'FALSE', 'False', '0', 'no', 'NO', 'nO'].map((word): [unknown, boolean] => [word, false]),
]

export const notFlags: unknown[] = [
  '',
  'maybe',
  'on',
  'y',
  'n',
  't',
  ' true',
  '01',
  2,
  -1,
  1.5,
  [],
  [true],
  {},
]

/** Texts that no field may hold. */
export const notTexts: unknown[] = [
  1,
  true,
  ['a text'],
  { text: 'a text' },
  'bell \u0007',
  'null \u0000',
  'escape \u001b[0m',
  'form \u000c feed',
  'vertical \u000b tab',
  'delete \u007f',
  'half \ud83d a character',
  'the other half \udf89',
]

/** Texts of one line, as sent and as kept. */
export const oneLiners: [sent: string, kept: string][] = [
  ['  Round 1\t ', 'Round 1'],
  ['Round\r\n1', 'Round 1'],
  ['Round\r1', 'Round 1'],
  ['Round\n1', 'Round 1'],
  ['Round\n\n1', 'Round  1'],
  ['\r\nRound 1\r\n', 'Round 1'],
  ['Round\t1', 'Round\t1'],
  ['✅ Café 日本 🎉', '✅ Café 日本 🎉'],
  ['<b>&amp;\\;,"</b>', '<b>&amp;\\;,"</b>'],
  ['2030', '2030'],
]

/** Texts of several lines, as sent and as kept. */
export const manyLiners: [sent: string, kept: string][] = [
  ['one\r\ntwo\rthree\nfour', 'one\ntwo\nthree\nfour'],
  ['\n\n  one\n\n\ttwo \n', 'one\n\n\ttwo'],
  ['🎉\n日本', '🎉\n日本'],
]

/** A text of so many characters, each of two UTF-16 units and four bytes. */
export const wide = (characters: number) => '🎉'.repeat(characters)

export const notPages = ['0', '-1', '1.5', '', 'abc', '+1', '1e1', ' 1', '01', '0x1', '9999999999999999999']

export const notIds = [
  '',
  'x',
  'FFFFFFFFFFFFFFFFFFFFFFFF',
  'f'.repeat(23),
  'f'.repeat(25),
  `${'f'.repeat(23)}g`,
]

export const noSuchId = 'f'.repeat(24)

export const goodZones: [sent: string, kept: string][] = [
  ['Australia/Melbourne', 'Australia/Melbourne'],
  ['america/new_york', 'America/New_York'],
  ['UTC', 'UTC'],
]

export const notZones: unknown[] = ['', 'Mars/Olympus', '+10:00', 'GMT+10', 'Melbourne', 10, ['UTC']]
