// The processor time of the servers under a bench, where the system tells it (Linux): other load on the machine doesn't
// change it much, while it takes away from requests a second.
import { readdirSync, readFileSync } from 'node:fs'

const TICKS_A_SECOND = 100

/** Starts to count the processor time of this process's children; the answer tells the milliseconds since, or null. */
export function watchServers() {
  const before = ticksOfChildren()
  return () => {
    const now = ticksOfChildren()
    return before === null || now === null ? null : ((now - before) * 1_000) / TICKS_A_SECOND
  }
}

/** What all children of this process have used. */
function ticksOfChildren() {
  try {
    let ticks = 0
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) ticks += ticksOf(pid)
    return ticks
  } catch {
    return null
  }
}

function ticksOf(pid) {
  let stat
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return 0 // it has ended
  }
  const [, rest = ''] = /^\d+ \(.*\) (.*)$/s.exec(stat) ?? []
  // After the name: state, parent, …; user and system time are the 12th and 13th.
  const fields = rest.split(' ')
  if (Number(fields[1]) !== process.pid) return 0
  return Number(fields[11]) + Number(fields[12])
}
