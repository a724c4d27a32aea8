import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { demo } from '../../scripts/demo-data.mjs'
import { signUrl } from '../../scripts/signing.mjs'
import { generateTypes, removeTypes } from '../client/generate.mjs'
import { readDocument } from './described'

const origin = inject('origin')

beforeAll(async () => generateTypes(await readDocument(origin)))
afterAll(removeTypes)

/** Runs the compiler; its complaints, '' where it has none. */
function compile(): string {
  try {
    execFileSync('npx', ['--no-install', 'tsc', '--noEmit', '-p', 'test/client'], { encoding: 'utf8' })
    return ''
  } catch (error) {
    return String((error as { stdout?: string }).stdout)
  }
}

describe('a client that openapi-typescript makes of the reference', () => {
  it('compiles', { timeout: 60_000 }, ({ expect }) => {
    expect(compile()).toBe('')
  })

  it('does the main job: a person signs up, gets a private event, and reads it in their feed', async ({
    expect,
  }) => {
    const program = '../client/main-job.ts'
    const { mainJob } = await import(/* @vite-ignore */ program)
    const sign = (call: { method: string; url: string; body: string }) =>
      signUrl({ ...call, apiKey: demo.apiKey, secret: demo.secret })
    const { subscriber, event, feed } = await mainJob(
      { origin, widgetId: demo.widgetId, sign },
      'generated@example.com',
    )
    expect(subscriber).toMatchObject({ email: 'generated@example.com', first_name: 'Ann' })
    expect(subscriber.data.privateEventIds).toContain(event.id)
    expect(feed).toContain('SUMMARY:Payment Due')
  })
})
