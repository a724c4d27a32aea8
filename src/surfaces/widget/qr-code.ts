import { encode } from 'uqr'

/** Modules of white around a code, without which scanners don't find it (ISO/IEC 18004). */
const QUIET_ZONE = 4

/**
 * The QR code of a text as the `d` of an SVG path, a rectangle for each run of dark modules; `size` is the side with the
 * quiet zone.
 */
export function qrPath(text: string): { size: number; path: string } {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_ZONE })
  const path = data.flatMap((row, y) =>
    darkRuns(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`),
  )
  return { size, path: path.join('') }
}

/** Where a row is dark: the first module and the number of them, of each run. */
function darkRuns(row: readonly boolean[]): [x: number, length: number][] {
  const runs: [number, number][] = []
  row.forEach((isDark, x) => {
    if (!isDark) return
    const last = runs.at(-1)
    if (last && last[0] + last[1] === x) last[1]++
    else runs.push([x, 1])
  })
  return runs
}
