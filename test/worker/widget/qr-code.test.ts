import { describe, it } from 'vitest'
import { qrPath } from '../../../src/surfaces/widget/qr-code'

describe('a QR code', () => {
  it('holds a whole feed link, with a quiet zone of four modules around it', ({ expect }) => {
    const link = `webcal://daybook.example/ecal-sub/${'a'.repeat(32)}/${'%C3%A9'.repeat(100)}.ics`
    const { size, path } = qrPath(link)
    const squares = [...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => [Number(x), Number(y)])
    expect(squares.length).toBeGreaterThan(200)
    expect(Math.min(...squares.flat())).toBe(4)
    expect(Math.max(...squares.flat())).toBe(size - 5)
  })
})
