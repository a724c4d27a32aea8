import { describe, it } from 'vitest'
import { emailSign } from '../../../../src/domain/sign-up/email-sign'

const SIGNED = '0cac4369c02db719979b6b80e0789d8fbf5cf28608ffad0a0742a54e19d31346'
const SIGNED_UNTIL = 'd319c7cea5a51710e03b02c6b8aff2496fa717ab60dce33ddbb9675d083fc5e5'

describe('the signature of an e-mail', () => {
  it('is that of the contract', async ({ expect }) => {
    expect(await emailSign('demo-secret', 'demo-widget', 'ana@example.com')).toBe(SIGNED)
  })

  it('with a time until which it holds is that of the contract', async ({ expect }) => {
    expect(await emailSign('demo-secret', 'demo-widget', 'ana@example.com', '1900000000')).toBe(SIGNED_UNTIL)
  })

  it.for(['ANA@Example.COM', '  ana@example.com ', '\tAna@example.com\n'])(
    'is the same for %j',
    async (email, { expect }) => {
      expect(await emailSign('demo-secret', 'demo-widget', email)).toBe(SIGNED)
    },
  )

  it.for([
    ['secret', 'other-secret', 'demo-widget', 'ana@example.com', '1900000000'],
    ['widget', 'demo-secret', 'Demo-widget', 'ana@example.com', '1900000000'],
    ['e-mail', 'demo-secret', 'demo-widget', 'anna@example.com', '1900000000'],
    ['time', 'demo-secret', 'demo-widget', 'ana@example.com', '1900000001'],
    ['way the time is written', 'demo-secret', 'demo-widget', 'ana@example.com', '01900000000'],
  ] as const)('is another for another %s', async ([, secret, widgetId, email, expires], { expect }) => {
    expect(await emailSign(secret, widgetId, email, expires)).not.toBe(SIGNED_UNTIL)
  })

  it('without a time is not one with an empty time', async ({ expect }) => {
    expect(await emailSign('demo-secret', 'demo-widget', 'ana@example.com', '')).not.toBe(SIGNED)
  })
})
