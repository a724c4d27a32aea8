import { describe, it } from 'vitest'
import { clientOf } from '../../../src/platform/client-address'

const told = (address: string) =>
  clientOf(new Request('https://x/', { headers: { 'CF-Connecting-IP': address } }))

describe('the client that a limit counts', () => {
  it.for([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:DB8:0001:0002::ffff', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:0000:0000:1::', '2001:db8:0:0'],
    ['2001:db8:1::2:3:4:5', '2001:db8:1:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
  ] as const)('%s is %s', ([address, client], { expect }) => {
    expect(told(address)).toBe(client)
  })

  it('is nobody where no address is told', ({ expect }) => {
    expect(clientOf(new Request('https://x/'))).toBeNull()
    expect(told('')).toBeNull()
  })
})
