import type { FC } from 'hono/jsx'
import { nothingShared, sharingOf } from '../../domain/marketplace/connec'
import type { PortalSession } from '../../domain/marketplace/read-session'
import { isAtLeast } from '../../domain/marketplace/roles'
import { readAttention } from '../../domain/portal/attention'
import { comingPayments } from '../../domain/portal/coming'
import { comingEvents } from '../../domain/portal/coming-events'
import { type Day, lastDays } from '../../domain/portal/days'
import { type Overview, readOverview } from '../../domain/portal/overview'
import { readTallies } from '../../domain/portal/tallies'
import { readUsage } from '../../usage'
import { answerPage } from './answers'
import { billedThrough } from './billed-through'
import type { PortalCall } from './environment'
import { HomeCharts } from './home-charts'
import { Needs, WhatIsDue } from './home-lists'
import { ImportProgress } from './import-progress'
import { Time, ZoneNote } from './parts'
import { RecentChanges } from './recent-changes'

/** Subscribers are drawn over so many days; fetches and deliveries, whose log is kept as long, over fewer. */
const [MONTHS, MONTH] = [90, 30]

const beginning = (days: readonly Day[]) => days[0]?.startsAt ?? 0

/**
 * `GET /portal`: what needs somebody, who is connected, what is due; the plan, what is coming in, what to do first, and
 * what happened last.
 */
export async function answerHome(c: PortalCall): Promise<Response> {
  const { session, context } = c.var
  const { id, timezone } = session.publisher
  const [months, month] = [lastDays(context.now, timezone, MONTHS), lastDays(context.now, timezone, MONTH)]
  const [overview, sharing, attention, tallies, usage, payments, events] = await Promise.all([
    readOverview(context),
    sharingOf(context.db, [id]),
    readAttention(context),
    readTallies(context, { subscribers: beginning(months), deliveries: beginning(month) }),
    readUsage(c.env, id, beginning(month)),
    comingPayments(context),
    comingEvents(context),
  ])
  const shared = (session.company === null ? undefined : sharing.get(id)) ?? nothingShared
  const hasImport = Object.keys(shared.import.entities).length > 0
  const content = (
    <>
      <FirstSteps session={session} overview={overview} />
      <section>
        <h2>What needs you</h2>
        <Needs attention={attention} hasImport={hasImport} role={session.user.role} zone={timezone} />
        {hasImport ? (
          <ImportProgress sharing={shared} from={session.marketplace?.name ?? 'your marketplace'} />
        ) : null}
      </section>
      <section>
        <h2>Who is connected</h2>
        <HomeCharts
          tallies={tallies}
          usage={usage}
          months={months}
          month={month}
          hasEndpoints={attention.hasEndpoints}
        />
      </section>
      <section>
        <h2>What is due</h2>
        <WhatIsDue payments={payments} coming={events} />
      </section>
      <section>
        <h2>Plan</h2>
        <PlanLine session={session} now={context.now} />
      </section>
      <section>
        <h2>Recent changes</h2>
        <RecentChanges changes={overview.recent} zone={timezone} />
      </section>
      <ZoneNote zone={timezone} />
    </>
  )
  return answerPage(c, session.publisher.name, content)
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
    <section class="sheet">
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
