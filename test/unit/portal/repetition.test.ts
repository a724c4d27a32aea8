import { describe, it } from 'vitest'
import { repetitionInWords } from '../../../src/surfaces/portal/events/repetition'

describe('how an event repeats, in words', () => {
  it.for([
    ['FREQ=DAILY', 'repeats daily'],
    ['FREQ=DAILY;INTERVAL=3;COUNT=10', 'repeats every 3 days, 10 times'],
    ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'repeats every weekday'],
    ['FREQ=WEEKLY', 'repeats weekly'],
    ['FREQ=WEEKLY;BYDAY=TU;WKST=SU', 'repeats weekly on Tuesday'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=FR,MO,WE', 'repeats every 2 weeks on Monday, Wednesday and Friday'],
    ['FREQ=WEEKLY;BYDAY=FR,TH,WE,TU,MO', 'repeats every weekday'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR', 'repeats every 2 weeks on weekdays'],
    ['FREQ=MONTHLY', 'repeats monthly'],
    ['FREQ=MONTHLY;BYMONTHDAY=22', 'repeats monthly on the 22nd'],
    ['FREQ=MONTHLY;BYMONTHDAY=11', 'repeats monthly on the 11th'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', 'repeats monthly on the last day'],
    ['FREQ=MONTHLY;BYDAY=2TU', 'repeats monthly on the second Tuesday'],
    ['FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR', 'repeats every 3 months on the last Friday'],
    ['FREQ=YEARLY', 'repeats yearly'],
    ['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5', 'repeats yearly on 5 March'],
    ['FREQ=YEARLY;BYMONTH=12', 'repeats yearly in December'],
    ['FREQ=WEEKLY;COUNT=1', 'repeats weekly, once'],
    ['FREQ=WEEKLY;UNTIL=20300503', 'repeats weekly until Fri 3 May 2030'],
    // It is the next morning where the event is.
    ['FREQ=WEEKLY;UNTIL=20300502T220000Z', 'repeats weekly until Fri 3 May 2030'],
    ['FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13', 'repeats'],
    ['FREQ=MONTHLY;BYDAY=MO', 'repeats'],
    ['FREQ=MONTHLY;BYDAY=1MO,3MO', 'repeats'],
    ['FREQ=WEEKLY;BYMONTH=6', 'repeats'],
    ['FREQ=DAILY;BYDAY=MO', 'repeats'],
    ['FREQ=YEARLY;BYDAY=20MO;UNTIL=20300503', 'repeats until Fri 3 May 2030'],
    ['FREQ=HOURLY', 'repeats'],
  ] as const)('%s: %s', ([recurrence, words], { expect }) => {
    expect(repetitionInWords({ recurrence, timezone: 'Australia/Melbourne' })).toBe(words)
  })
})
