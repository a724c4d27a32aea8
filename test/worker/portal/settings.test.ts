import { describe, it } from 'vitest'
import { aCustomer, anOperatorsPublisher, auditOf, hubsAreAway, rowsOf, signIn, signOn } from './support'

hubsAreAway()

const SETTINGS = '/portal/settings'

describe('the settings', () => {
  it('change name and time zone, which every page shows at once', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const answer = await admin.send(SETTINGS, SETTINGS, {
      name: ' Acme & <Sons> ',
      timezone: 'europe/berlin',
    })
    expect([answer.status, answer.location]).toEqual([303, SETTINGS])
    const page = await admin.get(SETTINGS)
    expect(page.words).toContain('The settings are saved.')
    expect(page.html).toContain('<p class="company">Acme &amp; &lt;Sons&gt;</p>')
    expect((await admin.get('/portal')).words).toContain('Times are those of Europe/Berlin')
    expect((await auditOf(publisher.id)).at(-1)).toMatchObject({
      action: 'settings.changed',
      target: String(publisher.id),
    })
  })

  it('record nothing where nothing changes, and come back with what is wrong', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const same = { name: 'Acme Lending', timezone: 'Australia/Melbourne' }
    expect((await admin.send(SETTINGS, SETTINGS, same)).status).toBe(303)
    const wrong = await admin.send(SETTINGS, SETTINGS, { name: ' ', timezone: '"Mars"' })
    expect(wrong.status).toBe(422)
    expect(wrong.words).toContain('Must not be empty.')
    expect(wrong.words).toContain('Must be an IANA time zone')
    expect(wrong.html).toContain('value="&quot;Mars&quot;"')
    expect((await admin.post(SETTINGS, { csrf: await admin.csrf(), ...same })).status).toBe(400)
    expect((await auditOf(publisher.id)).map(({ action }) => action)).toEqual(['signed_in'])
  })

  it('let one of two who save at once through, and show the other both versions', async ({ expect }) => {
    const { publisher, admin } = await anOperatorsPublisher()
    const { fields } = (await admin.get(SETTINGS)).form(SETTINGS)
    const names = ['Acme 1', 'Acme 2', 'Acme 3', 'Acme 4']
    const answers = await Promise.all(
      names.map((name) => admin.post(SETTINGS, { ...fields, name, timezone: 'UTC' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409, 409])
    const winner = names[answers.findIndex(({ status }) => status === 303)]
    const at = answers.findIndex(({ status }) => status === 409)
    const clash = answers[at]
    expect(clash?.html).toContain(`<mark>${winner}</mark>`)
    expect(clash?.html).toContain(`<mark>${names[at]}</mark>`)
    expect((await admin.post(SETTINGS, { ...clash?.form(SETTINGS).fields })).status).toBe(303)
    expect((await admin.get(SETTINGS)).html).toContain(`<p class="company">${names[at]}</p>`)
    expect(await rowsOf('portal_audit', publisher.id, "action = 'settings.changed'")).toBe(2)
  })

  it('keep the name that staff gave the company, whatever its marketplace calls it', async ({ expect }) => {
    const { company } = await aCustomer()
    const admin = await signOn(company)
    await admin.send(SETTINGS, SETTINGS, { name: company.name, timezone: 'UTC' })
    expect(await rowsOf('companies', company.publisherId, 'renamed = 1')).toBe(0)
    await admin.send(SETTINGS, SETTINGS, { name: 'Our own name', timezone: 'UTC' })
    expect(await rowsOf('companies', company.publisherId, 'renamed = 1')).toBe(1)
  })

  it('are for Admins', async ({ expect }) => {
    const { publisher } = await anOperatorsPublisher()
    const power = await signIn(publisher.id, { role: 'Power User' })
    expect((await power.get(SETTINGS)).status).toBe(403)
    expect((await power.get('/portal')).html).not.toContain(SETTINGS)
  })
})
