import type { Child, FC } from 'hono/jsx'
import { Table } from './parts'

/** One number a day. */
export type Point = { readonly day: string; readonly count: number }

/** The box that a curve is drawn in; it is stretched to its place, and no text stands in it. */
const [WIDTH, HEIGHT] = [300, 100]

/** Room at the top, so that the highest stroke isn't cut. */
const HEADROOM = 4

const number = new Intl.NumberFormat('en')
export const counted = (count: number): string => number.format(count)

/** The lower and upper end of what is drawn: bars stand on 0, and a line that stays far above it shows its own ups and downs. */
function spanOf(points: readonly Point[], isLine: boolean): { low: number; high: number } {
  const counts = points.map(({ count }) => count)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  const low = isLine && least > most / 2 ? Math.max(0, least - Math.max(1, most - least)) : 0
  return { low, high: Math.max(low + 1, most) }
}

type Drawing = { readonly title: string; readonly points: readonly Point[]; readonly alternative: string }

/** A number over days as one line, with its last value beside the title and its ends below. */
export const LineChart: FC<Drawing & { lead: Child }> = ({ title, lead, points, alternative }) => {
  const span = spanOf(points, true)
  const x = (at: number) => round((at / Math.max(1, points.length - 1)) * WIDTH)
  const y = (count: number) =>
    round(HEIGHT - ((count - span.low) / (span.high - span.low)) * (HEIGHT - HEADROOM))
  const line = points.map(({ count }, at) => `${at === 0 ? 'M' : 'L'}${x(at)} ${y(count)}`).join('')
  const last = points.at(-1)?.count ?? 0
  return (
    <Figure
      title={title}
      lead={lead}
      points={points}
      alternative={alternative}
      top={span.high}
      bottom={span.low}
    >
      <path class="area" d={`${line}V${HEIGHT}H0Z`} />
      <path class="line" d={line} vector-effect="non-scaling-stroke" />
      <path class="end" d={`M${WIDTH} ${y(last)}h0`} vector-effect="non-scaling-stroke" />
    </Figure>
  )
}

/** Counts of days as bars on 0. */
export const BarChart: FC<Drawing & { lead: Child }> = ({ title, lead, points, alternative }) => {
  const span = spanOf(points, false)
  const slot = WIDTH / points.length
  return (
    <Figure title={title} lead={lead} points={points} alternative={alternative} top={span.high} bottom={0}>
      {points.map(({ count }, at) => {
        const height = round((count / span.high) * (HEIGHT - HEADROOM))
        return count === 0 ? null : (
          <rect
            class="bar"
            x={round(at * slot + slot * 0.15)}
            y={round(HEIGHT - height)}
            width={round(slot * 0.7)}
            height={height}
          />
        )
      })}
      <path class="base" d={`M0 ${HEIGHT}H${WIDTH}`} vector-effect="non-scaling-stroke" />
    </Figure>
  )
}

const round = (value: number) => Math.round(value * 100) / 100

/** What stands around a drawing: all text is the page's own, so that it stays readable at any width. */
const Figure: FC<Drawing & { lead: Child; top: number; bottom: number; children?: Child }> = ({
  title,
  lead,
  points,
  alternative,
  top,
  bottom,
  children,
}) => (
  <figure class="chart">
    <figcaption>
      <span class="name">{title}</span>
      <span class="lead">{lead}</span>
    </figcaption>
    <div class="plot">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={alternative}>
        {children}
      </svg>
      <span class="top" aria-hidden="true">
        {counted(top)}
      </span>
      <span class="bottom" aria-hidden="true">
        {counted(bottom)}
      </span>
    </div>
    <p class="ends" aria-hidden="true">
      <span>{points[0]?.day ?? ''}</span>
      <span>{points.at(-1)?.day ?? ''}</span>
    </p>
    <details>
      <summary>
        The numbers<span class="unseen">: {title}</span>
      </summary>
      <div class="numbers">
        <Table caption={title} heads={['Day', 'Number']}>
          {points.toReversed().map(({ day, count }) => (
            <tr>
              <th scope="row" class="when">
                {day}
              </th>
              <td class="number" data-label="Number">
                {counted(count)}
              </td>
            </tr>
          ))}
        </Table>
      </div>
    </details>
  </figure>
)
