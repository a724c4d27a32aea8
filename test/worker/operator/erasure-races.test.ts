import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, it } from 'vitest'
import { emailSign } from '../../../src/domain/sign-up/email-sign'
import { consume } from '../../../src/queues'
import { aPerson } from '../../support/apps'
import { newestCode } from '../../support/contacts'
import { erase, later } from '../../support/erasing'
import { databaseInterruptedBefore } from '../../support/faults'
import { handle } from '../../support/front-door'
import { logHead, logSince } from '../../support/log'
import { aPublisher, ORIGIN, type TestPublisher } from '../../support/publisher'
import { aSharingCompany } from '../../support/sharing'
import { signedSignUp } from '../../support/sign-up'
import { whereStored } from '../../support/storage'
import { aWholePerson, subscriberRow } from '../../support/whole-person'

/** Bindings with a database that erases somebody before the n-th question of a call. */
function erasingBefore(question: number, named: { publisher: TestPublisher; ecalId: string }) {
  const { DB, happened } = databaseInterruptedBefore(question, () => erase(named))
  return { env: { ...env, DB }, happened }
}

const send = (bindings: typeof env, path: string, headers: object, body: unknown) =>
  handle(
    new Request(`${ORIGIN}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
    bindings,
    createExecutionContext(),
  )

describe('an erasure that meets', () => {
  it('another one of the same person tells it once', async ({ expect }) => {
    const person = await aWholePerson()
    const from = await logHead()
    expect(await Promise.all([erase(person), erase(person), erase(person)])).toEqual([204, 204, 204])
    const goodbyes = (await logSince(from)).filter(({ message }) => message === 'subscriber.unsubscribed')
    expect(goodbyes).toHaveLength(1)
    expect(await whereStored(person.markers, person.publisher.id, person.ids)).toEqual([])
  })

  it('a sign-up of that e-mail leaves somebody new, or nobody', async ({ expect }) => {
    const statuses: number[] = []
    for (let question = 1, met = true; met; question++) {
      const publisher = await aPublisher()
      const email = `ann${question}@example.com`
      const { ecalId } = await signedSignUp(publisher, email, { first_name: 'Olympia' })
      const { env: bindings, happened } = erasingBefore(question, { publisher, ecalId })
      const sign = await emailSign(publisher.secret, publisher.widgetId, email)
      const fields = { widgetId: publisher.widgetId, application: 'apple', first_name: 'Olympia' }
      const answer = await send(
        bindings,
        '/button/v1/subscriptions',
        {},
        {
          ...fields,
          email,
          apiKey: publisher.apiKey,
          emailSign: sign,
        },
      )
      met = happened()
      // It met the sign-up before each of several questions.
      if (!met) expect(question).toBeGreaterThan(2)
      else {
        await later()
        expect(await subscriberRow(ecalId)).toMatchObject({
          state: 'unsubscribed',
          first_name: '',
          email: '',
        })
        const own = 'SELECT count(*) AS n FROM applications WHERE subscriber_id = ?'
        expect(await env.DB.prepare(own).bind(ecalId).first('n')).toBe(0)
        // Where the sign-up had found the person already, it is refused, as it is by an unsubscription.
        expect([200, 201, 404]).toContain(answer.status)
        statuses.push(answer.status)
        if (answer.status !== 201) continue
        const answered = (await answer.json()) as { ecalId: string }
        expect(await subscriberRow(answered.ecalId)).toMatchObject({ state: 'active', first_name: 'Olympia' })
      }
    }
    expect(statuses).toContain(201)
  })

  it('a merge into the person, or of them, leaves nothing of whom it erased', async ({ expect }) => {
    for (const whom of ['survivor', 'merged'] as const) {
      for (let question = 1, met = true; met; question++) {
        const publisher = await aPublisher()
        const [anns, bens] = [`Annunziata${whom}${question}x`, `Benvolio${whom}${question}x`]
        const ann = await aPerson(publisher, { first_name: anns })
        const ben = await aPerson(publisher, { first_name: bens })
        await ann.app.post('/persons/me/contacts', { email: ben.email })
        const code = await newestCode(ann.ecalId)
        const { ecalId } = whom === 'survivor' ? ann : ben
        const { env: bindings, happened } = erasingBefore(question, { publisher, ecalId })
        const headers = { Authorization: ann.app.authorization ?? '' }
        await send(bindings, '/persons/me/contacts/confirm', headers, { email: ben.email, code })
        met = happened()
        if (!met) {
          expect(question).toBeGreaterThan(2)
          continue
        }
        await later()
        const rows = await Promise.all([ann.ecalId, ben.ecalId].map(subscriberRow))
        const merged = rows[1]?.merged_into === ann.ecalId
        const gone = merged ? [anns, bens] : [whom === 'survivor' ? anns : bens]
        // A merge that came first makes both one person: the one whom the id leads to.
        expect(await whereStored(gone, publisher.id, [ann.ecalId, ben.ecalId])).toEqual([])
      }
    }
  })

  it('a push to the data hub leaves nothing in the directory', async ({ expect }) => {
    let met = 0
    for (let question = 1; question < 16; question++) {
      const sharing = await aSharingCompany()
      const { publisher } = sharing
      const { ecalId } = await signedSignUp(publisher, `carl${question}@example.com`, {
        first_name: 'Caracalla',
      })
      const { env: bindings, happened } = erasingBefore(question, { publisher, ecalId })
      await consume(bindings, 'daybook-pushes', [
        { push: { publisherId: publisher.id, entity: 'people', localId: ecalId } },
      ])
      const last = !happened()
      if (last) await erase({ publisher, ecalId })
      else met++
      await sharing.settled()
      await later()
      expect(await whereStored(['caracalla', `carl${question}@example.com`], publisher.id, [ecalId])).toEqual(
        [],
      )
      if (last) break
    }
    expect(met).toBeGreaterThan(1)
  })
})

describe('a person of a marketplace’s directory', () => {
  it('goes from it with their invoices’ link, and no notification brings them back', async ({ expect }) => {
    const person = { first_name: 'Dorothea', last_name: 'Brooke', email: { address: 'dorothea@example.com' } }
    const invoice = { person_id: 'p-1', due_date: '2031-01-01', transaction_number: 'INV-7', currency: 'AUD' }
    const sharing = await aSharingCompany({
      before: ({ put }) => {
        put('people', { id: 'p-1', code: 'DOROTHEA', phone_work: { mobile: '0390001234' }, ...person })
        put('invoices', {
          id: 'i-1',
          type: 'CUSTOMER',
          balance: 50,
          amount: { total_amount: 50 },
          ...invoice,
        })
      },
    })
    const { publisher } = sharing
    const { ecalId } = await signedSignUp(publisher, 'dorothea@example.com')
    await sharing.settled()
    const entries = 'SELECT count(*) AS n FROM directory WHERE publisher_id = ?'
    expect(await env.DB.prepare(entries).bind(publisher.id).first('n')).toBe(1)
    const markers = ['dorothea', '0390001234']
    expect(await erase({ publisher, ecalId })).toBe(204)
    expect(await whereStored(markers, publisher.id, [ecalId])).toEqual([])
    await sharing.tell('people', { id: 'p-1', updated_at: '2040-01-01T00:00:00Z', ...person })
    await sharing.settled()
    await later()
    expect(await whereStored(markers, publisher.id, [ecalId])).toEqual([])
    expect(await env.DB.prepare(entries).bind(publisher.id).first('n')).toBe(0)
    const kept = await env.DB.prepare(
      'SELECT name, person_connec_id FROM connec_invoices WHERE publisher_id = ?',
    )
      .bind(publisher.id)
      .first()
    expect(kept).toEqual({ name: 'Payment due: AUD 50.00 (INV-7)', person_connec_id: '' })
  })
})
