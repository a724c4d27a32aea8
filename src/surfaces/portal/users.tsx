import type { FC } from 'hono/jsx'
import { DomainError } from '../../domain/errors'
import { startPath } from '../../domain/marketplace/read-session'
import {
  blockStaff,
  listStaff,
  type OtherCompany,
  otherCompanies,
  type StaffMember,
  unblockStaff,
} from '../../domain/portal/staff'
import { answerPage, seeOther } from './answers'
import type { PortalCall } from './environment'
import { fullName } from './format'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from './pages'
import { ButtonForm, State, Table, Time, ZoneNote } from './parts'
import { Refusal } from './refusals'

const PATH = '/portal/users'

/** `GET /portal/users`: who may use the portal; the signed-on user's other companies. */
export async function answerUsers(c: PortalCall): Promise<Response> {
  const { session, context, csrf } = c.var
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const [staff, others] = await Promise.all([
    listStaff(context, rowsOf(page)),
    otherCompanies(context, session),
  ])
  const content = (
    <>
      <p>
        {session.company === null
          ? 'People come in by sign-in links.'
          : `${session.marketplace?.name ?? 'Your marketplace'} says who of your company may come in and in which role. Others come in by sign-in links; you can block those here.`}
      </p>
      <StaffTable
        staff={staff.slice(0, PAGE_ROWS)}
        own={session.user.id}
        csrf={csrf}
        zone={context.publisher.timezone}
      />
      <Pager path={PATH} page={page} hasNext={staff.length > PAGE_ROWS} />
      <OtherCompanies companies={others} tenant={session.tenant} />
      <ZoneNote zone={context.publisher.timezone} />
    </>
  )
  return answerPage(c, 'Users', content)
}

const StaffTable: FC<{ staff: readonly StaffMember[]; own: string; csrf: string; zone: string }> = ({
  staff,
  own,
  csrf,
  zone,
}) => (
  <Table caption="Users" heads={['Name', 'E-mail', 'Role', 'State', 'Last sign-on', '']}>
    {staff.map((member) => (
      <tr>
        <th scope="row">
          <bdi>{fullName(member)}</bdi>
          {member.userId === own ? <span class="soft"> (you)</span> : null}
        </th>
        <td>{member.email}</td>
        <td>{member.role}</td>
        <td>
          {member.status === 'active' ? <State kind="good">Active</State> : <State kind="bad">Blocked</State>}
        </td>
        <td class="when" data-label="Last sign-on">
          {member.lastSignOnAt === null ? 'Never' : <Time at={member.lastSignOnAt} zone={zone} />}
        </td>
        <td class="actions">
          <MemberForm member={member} own={own} csrf={csrf} />
        </td>
      </tr>
    ))}
  </Table>
)

const MemberForm: FC<{ member: StaffMember; own: string; csrf: string }> = ({ member, own, csrf }) => {
  if (member.isMarketplaces) return <span class="soft">Managed by the marketplace</span>
  if (member.userId === own) return null
  const [verb, word] =
    member.status === 'active' ? (['block', 'Block'] as const) : (['unblock', 'Unblock'] as const)
  return (
    <ButtonForm action={`${PATH}/${member.userId}/${verb}`} csrf={csrf} label={`${word} ${fullName(member)}`}>
      {word}
    </ButtonForm>
  )
}

const OtherCompanies: FC<{ companies: readonly OtherCompany[]; tenant: string | null }> = ({
  companies,
  tenant,
}) =>
  companies.length === 0 || tenant === null ? null : (
    <section>
      <h2>Your other companies</h2>
      <ul class="links">
        {companies.map(({ name, groupUid }) => (
          <li class="row">
            <span>{name}</span>
            <a href={startPath({ tenant }, { groupUid })} aria-label={`Switch to ${name}`}>
              Switch
            </a>
          </li>
        ))}
      </ul>
    </section>
  )

/** `POST /portal/users/{userId}/block`: ends the user's sessions at once, and lets no link of theirs in. */
export async function answerBlock(c: PortalCall): Promise<Response> {
  const userId = c.req.param('userId') ?? ''
  const own = 'You can’t block yourself: ask another Admin.'
  await orForbidden(userId === c.var.session.user.id ? own : managed, () => blockStaff(c.var.context, userId))
  return seeOther(c, PATH, 'user_blocked')
}

/** `POST /portal/users/{userId}/unblock`. */
export async function answerUnblock(c: PortalCall): Promise<Response> {
  const userId = c.req.param('userId') ?? ''
  await orForbidden(managed, () => unblockStaff(c.var.context, userId))
  return seeOther(c, PATH, 'user_unblocked')
}

const managed = 'The marketplace says whether this user may come in; it is changed there.'

/** Says why a user can't be changed. */
async function orForbidden(why: string, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (error instanceof DomainError && error.code === 'forbidden') throw new Refusal('forbidden', why)
    throw error
  }
}
