import fc from 'fast-check'

/** What text may hold that would like to be something else in a feed. */
const evil = [
  '\r\nX-EVIL:1',
  '\rEND:VEVENT\r',
  '\n\r\n\r',
  '\nATTACH:file:///etc/passwd',
  '\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil',
  '\r\n RRULE:FREQ=DAILY',
  '\u2028BEGIN:VALARM',
  '\u0085X:1',
  '\u000bX:1',
  '\u000cX:1',
  '\u001cX:1',
  '\\n',
  '\\',
  '\\\\,;',
  ';TZID=X:',
  '"',
  '\u0000',
  '\u007f',
  '\ufeff',
  '\ud83c',
  '\udfc0',
  '🏀',
  '開場',
  ' ',
  '\t',
  ',',
  '/',
  'x'.repeat(80),
  'é'.repeat(80),
]

const unit = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...evil) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

/** Any text, hostile more often than not: control characters, lone surrogates, mixed line ends, lines of a calendar. */
export const anyHostileText = fc.array(unit, { maxLength: 12 }).map((parts) => parts.join(''))
