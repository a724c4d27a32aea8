import { type Answered, ask, faultOf, type Refused, type Row, type Rows, type Table } from './table'
import type { Seen, Watch } from './watch'
import { MARK, type World } from './world'

/** What an answer tells of A that its caller did not say themselves. */
function leaksOf(world: World, { text, headers, sent }: Answered, { isOfA = false }: Refused): string[] {
  const said = `${text}${JSON.stringify([...headers])}`
  const marked = isOfA ? said.replaceAll(`${MARK} company`, '') : said
  const told = world.secrets.filter((secret) => said.includes(secret))
  return [...told, ...(marked.includes(MARK) ? [MARK] : [])].filter((each) => !sent.includes(each))
}

/** What a call wrote that it should not: anything, but for what a contract wants; where it is about its own, of A's. */
function writtenBy(world: World, seen: readonly Seen[], told: unknown, { writes = [] }: Refused): string[] {
  const { a } = world
  // Publishers of before are other tests': what was begun for them may still go on.
  const isOfOthers = ({ publisher }: Seen) => publisher !== null && publisher < a.other.publisherId
  const counts = (each: Seen) => (told === 'own' ? each.publisher === a.publisher.id : !isOfOthers(each))
  return seen
    .filter((each) => counts(each) && !writes.includes(each.name))
    .map(({ name, done }) => `${done} ${name}`)
}

/** Tries every route of a surface as somebody who may not; answers what went wrong. */
export async function tryAsRefused(
  world: World,
  rows: Rows,
  refused: Refused,
  watch: Watch,
): Promise<string[]> {
  const wrong: string[] = []
  for (const [route, row] of Object.entries(rows)) {
    const told = refused.told(route, row)
    if (told === null) continue
    const answered = await ask(route, row, refused.as)
    const { status, text } = answered
    const isFine = told === 'own' && status < 400
    const fault = told === 'own' ? `${status}: ${text.slice(0, 200)}` : faultOf(answered, told)
    const leaks = leaksOf(world, answered, refused).map((leak) => `tells ${leak}`)
    const faults = [...(isFine || fault === '' ? [] : [fault]), ...leaks]
    faults.push(...writtenBy(world, await watch.seen(), told, refused))
    wrong.push(...faults.map((each) => `${route}: ${each}`))
  }
  return wrong
}

/** Reading comes first, what ends something last. */
function turnOf([route, { last }]: [string, Row]): number {
  if (last) return 2 + last
  if (route.startsWith('DELETE')) return 2
  return route.startsWith('GET') ? 0 : 1
}

/** Tries the very same as A's own caller, who is to succeed; answers what went wrong. */
export async function tryAsRightful(world: World, rows: Rows, table: Table): Promise<string[]> {
  const rightful = await table.rightful(world)
  const wrong: string[] = []
  for (const [route, row] of Object.entries(rows).sort((one, other) => turnOf(one) - turnOf(other))) {
    const { status, text } = await ask(route, row, row.by ?? rightful)
    if (status !== row.rightful) wrong.push(`${route}: ${status}, not ${row.rightful}: ${text.slice(0, 300)}`)
  }
  return wrong
}
