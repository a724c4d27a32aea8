import type { ExpectStatic } from 'vitest'
import type { Report } from './judge'

declare global {
  interface ImportMeta {
    readonly env: Readonly<Record<string, string | undefined>>
  }
}

/** Requests that no runtime makes: methods that HTTP has not, or not for us. */
const UNSENDABLE = /^TypeError: Invalid HTTP method string: (BREW|CONNECT)$/

/** Every how manieth mutation of a route is sent: each run sends all kinds, to some of the routes. `VITE_FUZZ_SHARE=1` sends all. */
export const share = Number(import.meta.env.VITE_FUZZ_SHARE ?? 12)

/** What must come of bad input: no fault of any kind, and an answer to nearly all that was sent. */
export function expectNoFault(expect: ExpectStatic, report: Report, atLeast: number): void {
  expect(report.faults).toEqual([])
  expect(Object.keys(report.unsendable).filter((reason) => !UNSENDABLE.test(reason))).toEqual([])
  expect(report.sent).toBeGreaterThan(atLeast)
  expect(report.refused).toBeGreaterThan(report.sent / 3)
  // A refusal for the rate hides what would be said otherwise.
  expect(report.limited).toBeLessThan(report.sent / 20)
}
