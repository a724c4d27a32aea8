import { describe, it } from 'vitest'
import { aCalendar, anEvent } from '../../support/apps'
import { aReceiver } from '../../support/receiver'
import { attemptsRecorded } from '../../support/webhooks'
import { actionsOf, made, PATH } from './endpoints'
import { anOperatorsPublisher, signIn } from './support'

describe('webhooks in the portal', () => {
  it('are read by all, without bodies and buttons for who is no Power User', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const receiver = aReceiver()
    const { id, path } = await made(admin, receiver)
    await admin.send(path, `${path}/test`)
    const [ping] = await receiver.until(1)
    await attemptsRecorded(id, 1)
    const member = await signIn(publisher.id, { role: 'Member' })
    const [list, detail] = [await member.get(PATH), await member.get(path)]
    expect([list.status, detail.status]).toEqual([200, 200])
    expect(detail.words).toContain(ping?.id)
    for (const { forms } of [list, detail]) {
      expect(forms.map(({ action }) => action)).toEqual(['/portal/logout'])
    }
    expect(detail.html).not.toContain(`${path}/deliveries`)
    const body = await member.get(`${path}/deliveries/${ping?.id}`)
    expect(body.status).toBe(403)
    expect(body.words).not.toContain('webhookId')
    const power = await signIn(publisher.id, { role: 'Power User' })
    expect((await power.get(`${path}/deliveries/${ping?.id}`)).words).toContain('webhookId')
  })

  it('of another publisher are nobody’s here', async ({ expect }) => {
    const [mine, theirs] = [await anOperatorsPublisher(), await anOperatorsPublisher()]
    const receiver = aReceiver()
    const { id, path } = await made(theirs.admin, receiver, { description: 'Theirs alone' })
    await theirs.admin.send(path, `${path}/test`)
    const [ping] = await receiver.until(1)
    await attemptsRecorded(id, 1)
    const before = JSON.stringify((await theirs.publisher.api.get(`/webhook/${id}`)).data)
    const csrf = await mine.admin.csrf()
    const fields = {
      csrf,
      confirm: 'yes',
      url: 'https://hooks.example.com/',
      events: '*',
      revision: '1',
      formId: 'ab'.repeat(16),
    }
    expect((await mine.admin.get(path)).status).toBe(404)
    expect((await mine.admin.get(`${path}/deliveries/${ping?.id}`)).status).toBe(404)
    for (const what of [
      '',
      '/delete',
      '/rotate',
      '/test',
      '/enable',
      '/disable',
      `/deliveries/${ping?.id}/replay`,
    ]) {
      expect([what, (await mine.admin.post(`${path}${what}`, fields)).status]).toEqual([what, 404])
    }
    expect((await mine.admin.get(PATH)).words).not.toContain('Theirs alone')
    expect(JSON.stringify((await theirs.publisher.api.get(`/webhook/${id}`)).data)).toBe(before)
    expect(await actionsOf(mine.publisher.id)).toEqual([])
    expect(receiver.received).toHaveLength(1)
  })

  it('show texts of any kind as text', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const nasty = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`
    const receiver = aReceiver()
    const { id, path } = await made(admin, receiver, { description: nasty, events: 'event.created' })
    await anEvent(publisher, await aCalendar(publisher), { name: nasty })
    const [message] = await receiver.until(1)
    await attemptsRecorded(id, 1)
    const { fields } = (await admin.get(path)).form(path)
    const stale = {
      ...fields,
      revision: '1',
      url: nasty.replaceAll(' ', ''),
      description: nasty,
      events: '*',
    }
    for (const page of [
      await admin.get(PATH),
      await admin.get(path),
      await admin.get(`${path}/deliveries/${message?.id}`),
      await admin.post(path, stale),
      await admin.post(path, { ...stale, url: 'https://hooks.example.com/' }),
      await admin.get(`${path}?outcome=${encodeURIComponent(nasty)}`),
    ]) {
      expect(page.html).not.toMatch(/<script|<img/)
      expect(page.words).toContain('<script>alert(1)</script>')
    }
  })
})
