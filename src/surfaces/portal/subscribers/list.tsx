import type { FC } from 'hono/jsx'
import { findPeople, type ListedPerson, listPeople, MOST_FOUND } from '../../../domain/portal/people'
import { readSeen, type Seen } from '../../../usage'
import { answerPage } from '../answers'
import type { PortalCall } from '../environment'
import { dateOnly, fullName } from '../format'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from '../pages'
import { Empty, LinkedRow, State, Table } from '../parts'
import { Refusal } from '../refusals'
import { lastSeenAt, type SeenOf, untold } from './seen'

export const SUBSCRIBERS = { path: '/portal/subscribers', label: 'Subscribers' } as const

/** A longer text is no e-mail and no name. */
const LONGEST = 254

/** `GET /portal/subscribers`: who is connected, and whom of the marketplace's people isn't; `?q=` finds one. */
export async function answerSubscribers(c: PortalCall): Promise<Response> {
  const { context } = c.var
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const q = (c.req.query('q') ?? '').trim().slice(0, LONGEST)
  const people = await (q === '' ? listPeople(context, rowsOf(page)) : findPeople(context, q, rowsOf(page)))
  const shown = people.slice(0, PAGE_ROWS)
  const ids = shown.flatMap(({ ecalId }) => (ecalId === '' ? [] : [ecalId]))
  const seen: SeenOf =
    ids.length === 0 ? { kind: 'told', value: new Map() } : await readSeen(c.env, context.publisher.id, ids)
  const zone = context.publisher.timezone
  const content = (
    <>
      <form method="get" action={SUBSCRIBERS.path} class="search">
        <div class="field">
          <label for="q">Find somebody</label>
          <input type="search" id="q" name="q" value={q} aria-describedby="q-hint" />
        </div>
        <button type="submit">Find</button>
      </form>
      <p class="soft" id="q-hint">
        By how an e-mail or a name begins, or by an ecal id.
      </p>
      {people.length > 0 ? (
        <People people={shown} seen={seen} zone={zone} />
      ) : q === '' ? (
        <Empty title="Nobody is connected yet">
          <p>
            Whoever connects a calendar stands here, with the calendars they follow and the private events
            that you send them. Give your customers the “Sync to Calendar” link; an Admin finds it on Options.
          </p>
        </Empty>
      ) : (
        <Empty
          title={
            <>
              Nobody found for “<bdi>{q}</bdi>”
            </>
          }
        >
          <p>
            Try the beginning of the e-mail or of a name. <a href={SUBSCRIBERS.path}>Show everybody</a>
          </p>
        </Empty>
      )}
      <Pager
        path={SUBSCRIBERS.path}
        page={page}
        hasNext={people.length > PAGE_ROWS}
        query={q === '' ? {} : { q }}
      />
      {q !== '' && people.length > PAGE_ROWS ? (
        <p class="soft">At most {MOST_FOUND} are looked at by each name: type more of it to find fewer.</p>
      ) : null}
    </>
  )
  return answerPage(c, 'Subscribers', content)
}

/** When people were last seen is a column only where it can be told; else it is said why not. */
const People: FC<{ people: readonly ListedPerson[]; seen: SeenOf; zone: string }> = ({
  people,
  seen,
  zone,
}) => (
  <>
    <PeopleTable people={people} seen={seen.kind === 'told' ? seen.value : null} zone={zone} />
    {seen.kind === 'told' ? null : <p class="soft">When their apps were last seen: {untold[seen.kind]}</p>}
  </>
)

const PeopleTable: FC<{
  people: readonly ListedPerson[]
  seen: ReadonlyMap<string, Seen> | null
  zone: string
}> = ({ people, seen, zone }) => (
  <Table
    caption="Subscribers"
    heads={['Name', 'E-mail', 'State', 'Since', ...(seen === null ? [] : ['Last seen'])]}
  >
    {people.map((person) => {
      const cells = (
        <>
          <td>{person.email}</td>
          <td>
            <PersonState state={person.state} />
          </td>
          <td class="when" data-label="Since">
            {dateOnly(person.at, zone)}
          </td>
          {seen === null ? null : <SeenCell person={person} seen={seen} zone={zone} />}
        </>
      )
      return person.ecalId === '' ? (
        <tr>
          <th scope="row">{fullName(person)}</th>
          {cells}
        </tr>
      ) : (
        <LinkedRow href={`${SUBSCRIBERS.path}/${person.ecalId}`} name={fullName(person)}>
          {cells}
        </LinkedRow>
      )
    })}
  </Table>
)

const SeenCell: FC<{ person: ListedPerson; seen: ReadonlyMap<string, Seen>; zone: string }> = ({
  person,
  seen,
  zone,
}) => {
  // Who hasn't subscribed has no app to be seen.
  if (person.ecalId === '') return <td />
  const at = lastSeenAt(seen.get(person.ecalId))
  return (
    <td class="when" data-label="Last seen">
      {at === null ? 'not yet' : dateOnly(at, zone)}
    </td>
  )
}

const PersonState: FC<Pick<ListedPerson, 'state'>> = ({ state }) => {
  switch (state) {
    case 'active':
      return <State kind="good">Connected</State>
    case 'placeholder':
      return <State kind="waiting">Invited</State>
    case 'waiting':
      return <State kind="over">not subscribed</State>
  }
}
