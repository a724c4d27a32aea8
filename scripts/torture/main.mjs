// `npm run torture`: the server killed at random moments under load over all surfaces, and what must be true after
// that. KILLS (24) says how often at least; SEED repeats the choices of another run; PORT is free where it isn't given.
import { randomBytes } from 'node:crypto'
import { printTable } from '../bench/table.mjs'
import { torture } from './torture.mjs'

const seed = process.env.SEED || randomBytes(4).toString('hex')
const kills = Number(process.env.KILLS || 24)
const port = process.env.PORT ? Number(process.env.PORT) : undefined

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
console.log(`Seed ${seed}, at least ${kills} kills. Takes about three minutes.`)
const started = Date.now()
const { figures, violations } = await torture({ seed, kills, port, log: console.log })
const seconds = Math.round((Date.now() - started) / 1_000)
printTable(Object.entries({ ...figures, seconds }).map(([what, count]) => ({ what, count })))
for (const violation of violations) console.error(`VIOLATED (seed ${seed}): ${violation}`)
console.log(`\nSeed ${seed}: ${violations.length} violations`)
process.exit(violations.length === 0 ? 0 : 1)
