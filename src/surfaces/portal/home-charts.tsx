import type { FC } from 'hono/jsx'
import { type Day, levelByDay, sumByDay } from '../../domain/portal/days'
import type { Tallies } from '../../domain/portal/tallies'
import type { HourCounts, Told } from '../../usage'
import { BarChart, counted, LineChart, type Point } from './chart'
import { dayOnly } from './format'
import { Empty } from './parts'

type Drawn = {
  readonly tallies: Tallies
  readonly usage: Told<readonly HourCounts[]>
  readonly months: readonly Day[]
  readonly month: readonly Day[]
  readonly hasEndpoints: boolean
}

/** Who is connected, how much their apps fetch, and what became of the messages to the company's systems. */
export const HomeCharts: FC<Drawn> = ({ tallies, usage, months, month, hasEndpoints }) => (
  <div class="charts">
    <Subscribers tallies={tallies} days={months} />
    <div class="charts few">
      <Feeds usage={usage} days={month} />
      {hasEndpoints ? <Deliveries tallies={tallies} days={month} /> : null}
    </div>
  </div>
)

const pointsOf = (days: readonly Day[], counts: readonly number[]): Point[] =>
  days.map(({ date }, at) => ({ day: dayOnly(date), count: counts[at] ?? 0 }))

const total = (points: readonly Point[]) => points.reduce((sum, { count }) => sum + count, 0)

const Subscribers: FC<{ tallies: Tallies; days: readonly Day[] }> = ({ tallies, days }) => {
  const [joined, left] = [sumByDay(days, tallies.of('joined')), sumByDay(days, tallies.of('left'))]
  const now = tallies.subscribers
  if (now === 0 && total(pointsOf(days, joined)) === 0) {
    return (
      <Empty title="Nobody is connected yet">
        <p>Whoever connects a calendar by your “Sync to Calendar” link or widget shows here.</p>
      </Empty>
    )
  }
  const points = pointsOf(days, levelByDay(now, joined, left))
  const first = points[0]?.count ?? 0
  const counts = points.map(({ count }) => count)
  return (
    <LineChart
      title={`Subscribers, the last ${days.length} days`}
      lead={
        <>
          <strong>{counted(now)}</strong> now{now === first ? '' : `, ${change(now - first)}`}
        </>
      }
      points={points}
      alternative={`Subscribers over ${days.length} days: from ${counted(first)} to ${counted(now)}, at least ${counted(Math.min(...counts))} and at most ${counted(Math.max(...counts))}`}
    />
  )
}

/** `12 more`, `3 fewer`. */
const change = (by: number) => `${counted(Math.abs(by))} ${by > 0 ? 'more' : 'fewer'}`

const Feeds: FC<{ usage: Told<readonly HourCounts[]>; days: readonly Day[] }> = ({ usage, days }) => {
  switch (usage.kind) {
    case 'elsewhere':
      return (
        <p class="soft">
          How often calendar apps fetch is counted, and kept in this deployment’s own dataset: whoever runs it
          can read it there.
        </p>
      )
    case 'away':
      return <p class="soft">How often calendar apps fetched can’t be read just now. Look again later.</p>
    case 'told': {
      const fetches = usage.value.map(({ hour, feeds, unchanged }) => ({ hour, count: feeds + unchanged }))
      const points = pointsOf(days, sumByDay(days, fetches))
      const sum = total(points)
      if (sum === 0) {
        return <p class="soft">No calendar app fetched a feed in the last {days.length} days.</p>
      }
      const syncs = usage.value.reduce((all, each) => all + each.syncs, 0)
      return (
        <BarChart
          title={`Feed fetches, the last ${days.length} days`}
          lead={
            <>
              <strong>{counted(sum)}</strong>
              {syncs === 0 ? '' : ` and ${counted(syncs)} syncs`}
            </>
          }
          points={points}
          alternative={`Feed fetches by day over ${days.length} days: ${counted(sum)} in all, at most ${most(points)} on one day`}
        />
      )
    }
  }
}

const most = (points: readonly Point[]) => counted(Math.max(...points.map(({ count }) => count)))

const Deliveries: FC<{ tallies: Tallies; days: readonly Day[] }> = ({ tallies, days }) => (
  <>
    {(['delivered', 'failed'] as const).map((what) => {
      const points = pointsOf(days, sumByDay(days, tallies.of(what)))
      const name = what === 'delivered' ? 'Webhooks delivered' : 'Webhooks failed for good'
      // Nothing failed: a sentence says it better than an empty drawing.
      if (what === 'failed' && total(points) === 0) return null
      return (
        <BarChart
          title={`${name}, the last ${days.length} days`}
          lead={<strong>{counted(total(points))}</strong>}
          points={points}
          alternative={`${name} by day over ${days.length} days: ${counted(total(points))} in all, at most ${most(points)} on one day`}
        />
      )
    })}
  </>
)
