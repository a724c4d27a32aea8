import { encode } from 'uqr'

/** Modules of white around a code, without which scanners don't find it (ISO/IEC 18004). */
const QUIET_ZONE = 4

/** The QR code of a text as the `d` of an SVG path of unit squares; `size` is the side with the quiet zone. */
export function qrPath(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE })
  let path = ''
  data.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) path += `M${x} ${y}h1v1h-1z`
    })
  })
  return { size, path }
}
