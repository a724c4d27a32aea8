import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { describe, it } from 'vitest'
import { parseRetryAfter } from '../../../src/platform/http'
import { encryptBody } from '../../../src/webhooks/encryption'
import { MAX_TRIES, nextAttemptAt } from '../../../src/webhooks/retry-schedule'
import { newSecret, secretBytes, signatures } from '../../../src/webhooks/signing'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

describe('a signature', () => {
  it('is that of the contract’s vector', async ({ expect }) => {
    const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
    const body =
      '{"type":"webhook.ping","timestamp":"2030-05-01T00:00:00.000Z","data":{"webhookId":"652375ab635fd36a5e6695fb"}}'
    expect(await signatures([secret], 'msg_42', 1_900_000_000, body)).toBe(
      'v1,MM0Jy4WFJ2iqR0P9vwN4PwGDUQjOXlq+i5iDS6b+MRc=',
    )
  })

  it('is accepted by the public library, whatever the body, under each of two secrets', async ({
    expect,
  }) => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 1, max: 1e9 }), async (value, seq) => {
        const [newer, older] = [newSecret(), newSecret()]
        const body = JSON.stringify(value)
        const timestamp = Math.floor(Date.now() / 1000)
        const headers = {
          'webhook-id': `msg_${seq}`,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': await signatures([newer, older], `msg_${seq}`, timestamp, body),
        }
        for (const secret of [newer, older]) {
          expect(JSON.stringify(new Webhook(secret).verify(body, headers))).toBe(body)
        }
        expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow()
      }),
      { numRuns: 30 },
    )
  })

  it.for([
    ['whsec_', null],
    ['whsec_MDEy', null],
    [`whsec_${btoa('x'.repeat(23))}`, null],
    [`whsec_${btoa('x'.repeat(24))}`, 24],
    [`whsec_${btoa('x'.repeat(64))}`, 64],
    [`whsec_${btoa('x'.repeat(65))}`, null],
    [`WHSEC_${btoa('x'.repeat(32))}`, null],
    [btoa('x'.repeat(32)), null],
    [`whsec_${'-'.repeat(44)}`, null],
  ] as const)('takes the secret %s as %s bytes', ([secret, length], { expect }) => {
    expect(secretBytes(secret)?.length ?? null).toBe(length)
  })
})

describe('an encrypted body', () => {
  it('is that of the contract’s example', async ({ expect }) => {
    const iv = Uint8Array.from({ length: 12 }, (_, at) => at)
    const plain = '{"ecalId":"652375ab635fd36a5e6695fb","email":"a@example.com","timestamp":1900000000}'
    const { encrypted } = JSON.parse(await encryptBody('correct horse', plain, iv))
    expect(encrypted).toBe(
      'AAECAwQFBgcICQoLdOWZA2ooKkXLziGESlQghqRYo+9730/zXW0xD9HX94Z7BNNrqWYNLN39O3CbEvwr3rOnB3YrgnRAGXefld/TIy5Jsd4cXLNhBFJ8yAR3qW6T0u5j+68Yo7zQMv+fbIXYCNGNpA==',
    )
  })
})

describe('the retry schedule', () => {
  it('has ten attempts with the contract’s delays, lengthened by up to a fifth', ({ expect }) => {
    const delays = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    expect(MAX_TRIES).toBe(10)
    for (const [at, seconds] of delays.entries()) {
      expect(nextAttemptAt(at + 1, 0, 0, () => 0)).toBe(seconds * SECOND)
      expect(nextAttemptAt(at + 1, 0, 0, () => 1)).toBe(seconds * 1.2 * SECOND)
    }
    expect(nextAttemptAt(10, 0)).toBeNull()
  })

  it('is never sooner than Retry-After, nor more than a day later for it', ({ expect }) => {
    expect(nextAttemptAt(1, 0, HOUR, () => 0)).toBe(HOUR)
    expect(nextAttemptAt(1, 0, SECOND, () => 0)).toBe(5 * SECOND)
    expect(nextAttemptAt(1, 0, 48 * HOUR, () => 0)).toBe(24 * HOUR)
  })

  it.for([
    [null, 0],
    ['120', 120 * SECOND],
    [' 7 ', 7 * SECOND],
    ['-1', 0],
    ['1.5', 0],
    ['Thu, 01 Jan 1970 01:00:00 GMT', HOUR],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['later', 0],
  ] as const)('reads Retry-After %s as %i ms', ([value, expected], { expect }) => {
    const read = parseRetryAfter(value, 0)
    expect(read).toBe(expected)
  })
})
