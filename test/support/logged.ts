import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import type { Env } from '../../src/env'
import { handle } from './front-door'
import { ORIGIN } from './publisher'

export type Line = Record<string, unknown>

/** Runs something; answers all that was said in the log meanwhile, each line as it is. */
export async function heard(run: () => Promise<unknown>): Promise<string[]> {
  const said: string[] = []
  for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, level).mockImplementation((...words: unknown[]) => {
      said.push(words.join(' '))
    })
  }
  try {
    await run()
  } finally {
    vi.restoreAllMocks()
  }
  return said
}

/** Bindings with the log on. */
export const logging = (settings: object = {}): Env =>
  ({ ...env, REQUEST_LOG: 'on', ...settings }) as unknown as Env

/** Sends a request to the app with its log on; answers all that was said in the log. */
export async function logOf(path: string, init: RequestInit = {}, settings: object = {}) {
  const execution = createExecutionContext()
  const request = new Request(new URL(path, ORIGIN), { redirect: 'manual', ...init })
  let answer = new Response(null, { status: 500 })
  const said = await heard(async () => {
    try {
      answer = await handle(request, logging(settings), execution)
    } finally {
      await waitOnExecutionContext(execution)
    }
  })
  return { answer, said: said.join('\n'), lines: said.map((each): Line => JSON.parse(each)) }
}

/** Whether a line is that of a request, with every field that such a one has. */
export function isRequestLine(line: Line): boolean {
  const fields = 'request surface method route publisher status ms rows rowsWritten'
  return Object.keys(line).join(' ') === fields
}
