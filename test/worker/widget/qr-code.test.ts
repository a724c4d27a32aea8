import { encode } from 'uqr'
import { describe, it } from 'vitest'
import { qrPath } from '../../../src/surfaces/widget/qr-code'

describe('a QR code', () => {
  it('holds a whole feed link, with a quiet zone of four modules around it', ({ expect }) => {
    const link = `webcal://daybook.example/ecal-sub/${'a'.repeat(32)}/${'%C3%A9'.repeat(100)}.ics`
    const { size, path } = qrPath(link)
    const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].map((run) => run.slice(1).map(Number))
    const dark = runs.flatMap(([x = 0, y = 0, length = 0]) =>
      Array.from({ length }, (_, at) => `${x + at},${y}`),
    )
    const { data } = encode(link, { ecc: 'M', border: 4 })
    const expected = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`${x},${y}`] : [])))
    expect(dark).toEqual(expected)
    const edges = dark.flatMap((square) => square.split(',').map(Number))
    expect([Math.min(...edges), Math.max(...edges)]).toEqual([4, size - 5])
  })
})
