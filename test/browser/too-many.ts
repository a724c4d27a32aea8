import type { Response as Shown } from 'playwright-core'

/**
 * Opens what is shown once a limit is reached, after as many calls as that takes. The limit's minute may end on the way:
 * then it begins anew.
 */
export async function afterTooMany(
  call: () => Promise<Response>,
  open: () => Promise<Shown | null>,
): Promise<Shown | null> {
  for (let round = 0; round < 60; round++) {
    const answers = await Promise.all(Array.from({ length: 40 }, call))
    if (!answers.some(({ status }) => status === 429)) continue
    const shown = await open()
    if (shown?.status() === 429) return shown
  }
  throw new Error('the limit was never reached')
}
