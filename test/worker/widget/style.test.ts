import { describe, it } from 'vitest'
import { fetchWorker } from '../../support/publisher'

describe('the style sheet', () => {
  it('is public for five minutes, and says its type', async ({ expect }) => {
    const response = await fetchWorker('/daybook.css')
    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('text/css; charset=utf-8')
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=300')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
    const text = await response.text()
    expect(text).toContain('prefers-color-scheme: dark')
    expect(text).toContain(':focus-visible')
    expect((await fetchWorker('/daybook.css', { method: 'HEAD' })).status).toBe(200)
    expect((await fetchWorker('/daybook.css', { method: 'POST' })).status).toBe(405)
  })

  it('has text that stands out by 4.5 to 1 on what it stands on, light and dark', async ({ expect }) => {
    const text = await (await fetchWorker('/daybook.css')).text()
    for (const block of text.split('@media').slice(0, 2)) {
      const colour = (name: string) => new RegExp(`--${name}: #([0-9a-f]{6})`).exec(block)?.[1] ?? ''
      for (const ink of ['ink', 'ink-soft', 'accent', 'late', 'paid']) {
        for (const paper of ['paper', 'sheet']) {
          expect(contrast(colour(ink), colour(paper)), `${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5)
        }
      }
      expect(contrast(colour('accent-ink'), colour('accent'))).toBeGreaterThanOrEqual(4.5)
      expect(contrast(colour('edge'), colour('paper'))).toBeGreaterThanOrEqual(3)
    }
  })
})

/** WCAG 2.2 contrast of two colours in hex. */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [a, b].map(luminance).sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
