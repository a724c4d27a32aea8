import { dueSources } from './claims'
import { type ImportContext, importSource } from './import-source'

/** External calendars (`publisher-api.md` 3, `source`): events of a calendar that come from an ICS address elsewhere. */

export { followSource, forgetSource } from './schedule'

/** Sources that one run looks at, at most, and so many at a time: their bytes are held in memory. */
const A_RUN = 60
const AT_ONCE = 3

/** After this time a run begins nothing more; the next takes up what is left. */
const RUN_MS = 25_000

/** Looks at sources that are due, a bounded number; what fails for one keeps no other from its turn, and is thrown at last. */
export async function importSources(ctx: Omit<ImportContext, 'alone'>): Promise<void> {
  const until = Date.now() + RUN_MS
  const due = (await dueSources(ctx.db, ctx.now, A_RUN)).values()
  const failures: unknown[] = []
  const alone = oneAtATime()
  const inTurn = async () => {
    for (const id of due) {
      await importSource({ ...ctx, alone }, id).catch((error: unknown) => failures.push(error))
      if (Date.now() >= until) return
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, inTurn))
  if (failures.length > 0) throw failures[0]
}

/** Does what it is given one after the other, in the order that it was given. */
function oneAtATime(): ImportContext['alone'] {
  let before: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = before.then(work)
    before = done.catch(() => undefined)
    return done
  }
}
