import fc from 'fast-check'
import { describe, it } from 'vitest'
import { amountText } from '../../../src/domain/payments/event-text'

describe('an amount in an event', () => {
  it('shows its cents in every currency that has some', ({ expect }) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 99_999_999 }),
        fc.constantFrom('AUD', 'EUR', 'HUF', 'IDR', 'COP', 'RSD'),
        (cents, currency) => {
          const digits = amountText(cents, { locale: 'en', currency }).replace(/[^\d.]/g, '')
          expect(digits).toBe((cents / 100).toFixed(2))
        },
      ),
    )
  })

  it('is written in the locale', ({ expect }) => {
    expect(amountText(123_450, { locale: 'en-AU', currency: 'AUD' })).toBe('$1,234.50')
    expect(amountText(123_450, { locale: 'de-DE', currency: 'EUR' })).toBe('1.234,50\u00a0€')
    expect(amountText(123_450, { locale: 'hu-HU', currency: 'HUF' })).toBe('1234,50\u00a0Ft')
  })
})
