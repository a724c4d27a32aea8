import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { seedCalendars } from '../../scripts/demo-data.mjs'
import { executeSql, localVariables, prepareDatabase, startServer } from '../../scripts/local-server.mjs'
import { companiesSql } from './companies'

declare module 'vitest' {
  interface ProvidedContext {
    origin: string
    operatorToken: string
  }
}

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Serves a fresh Daybook with demo data for all browser tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateDir = mkdtempSync(join(tmpdir(), 'daybook-browser-'))
  const { ENCRYPTION_KEY, OPERATOR_TOKEN } = localVariables()
  await prepareDatabase(stateDir, ENCRYPTION_KEY)
  await executeSql(stateDir, await companiesSql(ENCRYPTION_KEY))
  const server = await startServer({ port: await freePort(), stateDir })
  await seedCalendars(server.origin)
  project.provide('origin', server.origin)
  project.provide('operatorToken', OPERATOR_TOKEN ?? '')
  return async () => {
    await server.stop()
    rmSync(stateDir, { recursive: true, force: true })
  }
}
