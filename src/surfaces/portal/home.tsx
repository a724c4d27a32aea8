import type { FC } from 'hono/jsx'
import { nothingShared, type SharingView, sharingOf } from '../../domain/marketplace/connec'
import type { PortalSession } from '../../domain/marketplace/read-session'
import { isAtLeast } from '../../domain/marketplace/roles'
import { type Overview, readOverview } from '../../domain/portal/overview'
import { answerPage } from './answers'
import { billedThrough } from './billed-through'
import type { PortalCall } from './environment'
import { ImportProgress } from './import-progress'
import { Time, ZoneNote } from './parts'
import { RecentChanges } from './recent-changes'

/** `GET /portal`: what the company has, what is coming in, what to do first, what happened last. */
export async function answerHome(c: PortalCall): Promise<Response> {
  const { session, context } = c.var
  const { id } = session.publisher
  const [overview, sharing] = await Promise.all([readOverview(context), sharingOf(context.db, [id])])
  const content = (
    <Home
      session={session}
      overview={overview}
      sharing={sharing.get(id) ?? nothingShared}
      now={context.now}
    />
  )
  return answerPage(c, session.publisher.name, content)
}

const Home: FC<{ session: PortalSession; overview: Overview; sharing: SharingView; now: number }> = ({
  session,
  overview,
  sharing,
  now,
}) => {
  const zone = session.publisher.timezone
  return (
    <>
      <section class="sheet">
        <h2>Plan</h2>
        <PlanLine session={session} now={now} />
      </section>
      {session.company === null ? null : (
        <ImportProgress sharing={sharing} from={session.marketplace?.name ?? 'your marketplace'} />
      )}
      <FirstSteps session={session} overview={overview} />
      <section>
        <h2>Recent changes</h2>
        <RecentChanges changes={overview.recent} zone={zone} />
      </section>
      <ZoneNote zone={zone} />
    </>
  )
}

const PlanLine: FC<{ session: PortalSession; now: number }> = ({ session, now }) => {
  const { company, publisher } = session
  if (company === null || billedThrough(session) === null) return <p>Billing is arranged with us.</p>
  const { plan, trialEndsAt } = company
  return (
    <>
      <p>{plan === null ? 'No plan is chosen yet.' : plan.name}</p>
      {trialEndsAt !== null && trialEndsAt > now ? (
        <p class="soft">
          Your trial ends on <Time at={trialEndsAt} zone={publisher.timezone} /> ({publisher.timezone}).
        </p>
      ) : null}
    </>
  )
}

type Step = { readonly text: string; readonly path: string; readonly isDone: boolean }

/** What a new company does first: each step leads to where it is done, for those who may do it. */
const FirstSteps: FC<{ session: PortalSession; overview: Overview }> = ({ session, overview }) => {
  const steps: Step[] = [
    ...(billedThrough(session) === null
      ? []
      : [{ text: 'Choose a plan', path: '/portal/billing', isDone: session.company?.plan !== null }]),
    {
      text: overview.isFirstSecretUnseen
        ? 'Get the key and the secret for your system'
        : 'Connect your system with an API key',
      path: '/portal/options',
      isDone: overview.hasUsedKey,
    },
    {
      text: 'Give your customers the “Sync to Calendar” link',
      path: '/portal/options',
      isDone: overview.hasSubscribers,
    },
  ]
  if (steps.every(({ isDone }) => isDone)) return null
  const isAdmin = isAtLeast(session.user.role, 'Admin')
  return (
    <section>
      <h2>What to do first</h2>
      <ol class="steps">
        {steps.map(({ text, path, isDone }) => (
          <li>
            {isDone || !isAdmin ? text : <a href={path}>{text}</a>}
            {isDone ? <span class="state good"> Done</span> : null}
          </li>
        ))}
      </ol>
      {isAdmin ? null : <p class="soft">An Admin of your company does this.</p>}
    </section>
  )
}
