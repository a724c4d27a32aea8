import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** The median of some numbers; NaN of none. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')

/** Of all threads of this process, so what the collection of garbage takes is part of it. */
function processorMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/**
 * The milliseconds of processor time that some work takes, as the mean of as often as it fits into so many. What was
 * left behind before is cleared away first.
 */
export function meanTime(work, ms) {
  collectGarbage()
  const start = processorMs()
  for (let times = 1; ; times++) {
    work()
    const spent = processorMs() - start
    if (spent >= ms) return spent / times
  }
}
