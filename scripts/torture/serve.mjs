// The process that is killed: the built Worker on workerd, as the options say that server.mjs wrote once.
import { readFileSync } from 'node:fs'
import { Miniflare } from 'miniflare'

const [, , optionsFile] = process.argv
const server = new Miniflare(JSON.parse(readFileSync(optionsFile, 'utf8')))
await server.ready
