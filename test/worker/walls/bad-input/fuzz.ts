import type { Generated } from './generate'
import { aJudge, type Judge, nothingSent, type Report } from './judge'
import type { Mutation, Mutator } from './mutation'
import { badMethods, badPaths, badQueries } from './mutations-addresses'
import { badBodies, badTypes } from './mutations-bodies'
import { badAuthorization, badCookies, badIdempotencyKeys, odderHeaders } from './mutations-headers'
import { badForms, badValues } from './mutations-values'
import type { Draft } from './request'
import { routesThereAre } from './routes'
import type { Sample, Samples } from './samples'
import type { World } from './world'

/** All mutations of the table. */
export const table: readonly Mutator[] = [
  badBodies,
  badTypes,
  badValues,
  badForms,
  badAuthorization,
  badCookies,
  badIdempotencyKeys,
  odderHeaders,
  badPaths,
  badQueries,
  badMethods,
]

/** Whether the runtime sends its headers without a warning, of which a few are enough. */
const isAscii = ({ headers }: Draft) => !/[^ -~]/.test(Object.values(headers).join(''))

/**
 * Sends the mutations of every sample, and judges what comes back. `share`: every so manieth of them, another one of
 * each route, so that all of them are sent to some.
 */
export async function fuzz(
  world: World,
  samples: Samples,
  mutators: readonly Mutator[],
  share: number,
): Promise<Report> {
  const report = nothingSent()
  const judge = await aJudge(world, report)
  const there = new Set(routesThereAre())
  for (const [at, [route, sample]] of Object.entries(samples).entries()) {
    const mutations = (draft: Draft) =>
      mutators
        .flatMap((mutate) => mutate(draft, at))
        // The valid request of another route is no mutation of this one.
        .filter(
          (each) =>
            each.draft.method === draft.method || !there.has(`${each.draft.method} ${route.split(' ')[1]}`),
        )
        .filter((_, turn) => turn % share === at % share)
        .filter((each) => at % 5 === 0 || isAscii(each.draft))
    await sendAll(sample, mutations, judge)
  }
  return report
}

/** Sends mutations of one route one by one, of a new valid request whenever one was accepted that can't be repeated. */
async function sendAll(
  sample: Sample,
  mutations: (draft: Draft) => readonly Mutation[],
  { looks, judge }: Judge,
): Promise<void> {
  let draft = await sample.make()
  await looks()
  let list = mutations(draft)
  for (let at = 0; at < list.length; at++) {
    const mutation = list[at]
    if (!mutation) break
    const accepted = await judge(mutation, draft)
    const spent = draft.route.endsWith('/connect/token') && at % 6 === 5
    if ((accepted && sample.once) || spent) {
      draft = await sample.make()
      await looks()
      list = mutations(draft)
    }
  }
}

/** Puts generated mutations on the valid requests of these samples. */
export async function fuzzByChance(
  world: World,
  samples: Samples,
  mutations: readonly Generated[],
): Promise<Report> {
  const report = nothingSent()
  const { looks, judge } = await aJudge(world, report)
  const all = Object.values(samples)
  const made = new Map<Sample, Draft>()
  for (const { route, mutate } of mutations) {
    const sample = all[route % all.length]
    if (!sample) break
    let draft = made.get(sample)
    if (!draft) {
      draft = await sample.make()
      made.set(sample, draft)
      await looks()
    }
    if ((await judge(mutate(draft), draft)) && sample.once) made.delete(sample)
  }
  return report
}
