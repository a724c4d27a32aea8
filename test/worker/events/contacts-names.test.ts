import { describe, it } from 'vitest'
import { aCalendar, anEvent, aPerson, appOf, aService, relate } from '../../support/apps'
import { newPhone, prove } from '../../support/contacts'
import { invite } from '../../support/invitations'
import { aPublisher } from '../../support/publisher'
import { fullRead, Replica } from '../../support/replica'
import { signedSignUp } from '../../support/sign-up'

describe('names, tags and contacts of a person', () => {
  it('show anew wherever the person stands: to others, as the actor, to services', async ({ expect }) => {
    const publisher = await aPublisher()
    const service = await aService(publisher)
    const event = await anEvent(publisher, await aCalendar(publisher))
    const email = 'ann@example.com'
    const { ecalId } = await signedSignUp(publisher, email, { first_name: 'Ann' })
    const app = await appOf(publisher, ecalId)
    const ben = await aPerson(publisher)
    await relate(service, event, ecalId, { permission: 'invited_write' })
    await invite(app, event, { id: ben.ecalId })
    const replicas = [new Replica(app), new Replica(ben.app), new Replica(service)]
    const syncAll = async () => {
      for (const replica of replicas) {
        await replica.sync()
        expect(replica.sorted()).toEqual(await fullRead(replica.app))
      }
    }
    await syncAll()
    const [, bens, all] = replicas
    const actorOf = () => bens?.items.get(`${event}_${ben.ecalId}`)?.actor
    const annOf = (replica: Replica | undefined) => replica?.items.get(`${event}_${ecalId}`)?.subscriber

    await app.patch('/persons/me', { first_name: 'Anna' })
    await syncAll()
    expect([actorOf().first_name, annOf(bens).first_name]).toEqual(['Anna', 'Anna'])

    await signedSignUp(publisher, email, { last_name: 'Lee', tags: ['vip'] })
    await syncAll()
    expect([actorOf().last_name, annOf(all).tags]).toEqual(['Lee', ['vip']])

    const phone = newPhone()
    await prove(app, ecalId, { phone_number: phone })
    await syncAll()
    expect([annOf(all).phone_number, annOf(bens).phone_number]).toEqual([phone, null])
    // Losing it changes which one is shown first.
    const second = newPhone()
    await prove(app, ecalId, { phone_number: second })
    await prove(ben.app, ben.ecalId, { phone_number: phone })
    await syncAll()
    expect(annOf(all).phone_number).toBe(second)
  })
})
