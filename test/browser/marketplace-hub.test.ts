import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import type { Page } from 'playwright-core'
import { afterAll, describe, it, onTestFinished } from 'vitest'
import {
  createMarketplace,
  ensureIdentityProvider,
  type Marketplace,
  tenantSettings,
} from '../../scripts/marketplace/index.mjs'
import { scrollsSideways, theBrowser } from './chromium'

/** The local marketplace over real sockets. In Daybook's place stands an independent implementation of SAML. */

const init = '/maestrano/auth/saml/init/demo'
const consume = '/maestrano/auth/saml/consume/demo'

/** What a service provider of another make says about a response. */
function serviceProvider(
  marketplace: Marketplace,
  origin: string,
  wants: { assertion?: boolean; response?: boolean } = {},
) {
  return new SAML({
    entryPoint: marketplace.ssoUrl,
    issuer: marketplace.apiId,
    audience: marketplace.apiId,
    callbackUrl: `${origin}${consume}`,
    idpCert: marketplace.certificate,
    identifierFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    validateInResponseTo: ValidateInResponseTo.always,
    wantAssertionsSigned: wants.assertion ?? true,
    wantAuthnResponseSigned: wants.response ?? false,
  })
}

/** Stands for Daybook: starts sign-ons, takes responses, and keeps what the hub calls. */
async function aDaybook() {
  const calls: string[] = []
  const profiles: Record<string, unknown>[] = []
  let saml: SAML | null = null
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const form = new URLSearchParams(Buffer.concat(chunks).toString())
    if (url.pathname === init && saml) {
      const group = url.searchParams.get('group_id') ?? ''
      const location = await saml.getAuthorizeUrlAsync('', undefined, {
        additionalParams: { group_id: group },
      })
      response.writeHead(302, { Location: location }).end()
    } else if (url.pathname === consume && saml) {
      const { profile } = await saml.validatePostResponseAsync(Object.fromEntries(form))
      profiles.push({ ...profile })
      response.writeHead(303, { Location: '/portal' }).end()
    } else {
      if (request.method !== 'GET') calls.push(`${request.method} ${url.pathname}`)
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>The portal</h1>')
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return {
    origin,
    calls,
    profiles,
    trust: (marketplace: Marketplace) => {
      saml = serviceProvider(marketplace, origin)
    },
  }
}

/** A marketplace and its Daybook, until the test ends. */
async function aMarketplace() {
  const daybook = await aDaybook()
  const marketplace = await createMarketplace({
    port: 0,
    daybookOrigin: daybook.origin,
    identity: await identity,
  })
  await marketplace.start()
  daybook.trust(marketplace)
  onTestFinished(() => marketplace.stop())
  return { marketplace, daybook }
}

const stateDir = mkdtempSync(join(tmpdir(), 'daybook-marketplace-'))
const identity = ensureIdentityProvider(stateDir)
afterAll(() => rmSync(stateDir, { recursive: true, force: true }))

describe('the key of the identity provider', () => {
  it('is made once, for all who ask at a time, and kept from others', async ({ expect }) => {
    const folder = join(stateDir, 'new')
    const made = await Promise.all([1, 2, 3].map(() => ensureIdentityProvider(folder)))
    expect(new Set(made.map(({ certificate }) => certificate)).size).toBe(1)
    expect(await ensureIdentityProvider(folder)).toEqual(made[0])
    expect(statSync(join(folder, 'marketplace-identity.pem')).mode & 0o777).toBe(0o600)
  })

  it('has a certificate that others read', async ({ expect }) => {
    const { certificate, privateKey } = await identity
    const read = new X509Certificate(certificate)
    expect(read.verify(read.publicKey)).toBe(true)
    expect(read.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048)
    expect(read.subject).toBe('CN=Demo Marketplace')
    expect(Date.parse(read.validTo) - Date.now()).toBeGreaterThan(9 * 365 * 86_400_000)
    expect(privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/)
  })
})

describe('a response of the hub, as another SAML library reads it', () => {
  const cases = [
    { sign: 'assertion', algorithm: 'sha256', wants: { assertion: true } },
    { sign: 'response', algorithm: 'sha256', wants: { assertion: false, response: true } },
    { sign: 'both', algorithm: 'sha256', wants: { assertion: true, response: true } },
    { sign: 'assertion', algorithm: 'sha512', wants: { assertion: true } },
    { sign: 'both', algorithm: 'sha1', wants: { assertion: true, response: true } },
  ] as const

  it.for(cases)(
    'is genuine with $sign signed by $algorithm',
    async ({ sign, algorithm, wants }, { expect }) => {
      const { marketplace, daybook } = await aMarketplace()
      const saml = serviceProvider(marketplace, daybook.origin, wants)
      const location = await saml.getAuthorizeUrlAsync('', undefined, {})
      const name = 'Zoë <“&”> O’Brien\r\n'
      const { samlResponse } = await marketplace.signOn(location, 'usr-1', 'cld-1', {
        sign,
        algorithm,
        attributes: { surname: name },
      })
      const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: samlResponse })
      expect(profile).toMatchObject({
        nameID: 'usr-1',
        uid: 'usr-1',
        group_uid: 'cld-1',
        group_role: 'Super Admin',
      })
      expect(profile?.surname).toBe(name)
    },
  )

  it.for([
    [{ sign: 'none' }, /signature/i],
    [{ audience: 'app-other' }, /audience/i],
    [{ notOnOrAfter: Date.now() - 3_600_000 }, /expired/i],
    [{ inResponseTo: '_other', confirmationInResponseTo: '_other' }, /InResponseTo/],
  ] as const)('is refused with %j', async ([overrides, reason], { expect }) => {
    const { marketplace, daybook } = await aMarketplace()
    const saml = serviceProvider(marketplace, daybook.origin)
    const location = await saml.getAuthorizeUrlAsync('', undefined, {})
    const { samlResponse } = await marketplace.signOn(location, 'usr-1', 'cld-1', overrides)
    await expect(saml.validatePostResponseAsync({ SAMLResponse: samlResponse })).rejects.toThrow(reason)
  })

  it('is refused once a word of it was changed', async ({ expect }) => {
    const { marketplace, daybook } = await aMarketplace()
    const saml = serviceProvider(marketplace, daybook.origin)
    const location = await saml.getAuthorizeUrlAsync('', undefined, {})
    const { xml } = await marketplace.signOn(location, 'usr-1', 'cld-1')
    const changed = Buffer.from(xml.replace('Super Admin', 'Power User')).toString('base64')
    await expect(saml.validatePostResponseAsync({ SAMLResponse: changed })).rejects.toThrow(/signature/i)
  })
})

describe('the marketplace over HTTP', () => {
  it('begins with its data, and gives Daybook its settings', async ({ expect }) => {
    const { marketplace, daybook } = await aMarketplace()
    const counts = ['people', 'events', 'invoices'].map(
      (name) => marketplace.connec.list('cld-1', name).length,
    )
    expect(counts).toEqual([250, 120, 60])
    const settings = tenantSettings(marketplace, { trialDays: 0 })
    expect(settings).toMatchObject({
      host: marketplace.origin,
      appHost: daybook.origin,
      apiKey: 'demo-marketplace-key',
      idp: { certificates: [marketplace.certificate] },
      connec: { host: marketplace.origin, basePath: '/connec/api/v2' },
      trialDays: 0,
    })
    const headers = { Authorization: `Basic ${btoa(`${settings.apiId}:${settings.apiKey}`)}` }
    const url = `${settings.connec.host}${settings.connec.basePath}/cld-1/people?$top=100&$skip=200`
    const page = (await (await fetch(url, { headers })).json()) as { people: unknown[] }
    expect(page.people).toHaveLength(50)
    const calls = (await (await fetch(`${marketplace.origin}/calls`)).json()) as object[]
    expect(calls).toMatchObject([
      { method: 'GET', query: { $top: '100', $skip: '200' }, authorized: true, status: 200 },
    ])
  })

  it('keeps a caller waiting, lets a line drop, and has made the bill all the same', async ({ expect }) => {
    const { marketplace } = await aMarketplace()
    const path = '/api/v1/account/recurring_bills'
    const post = (ms: number) =>
      fetch(`${marketplace.origin}${path}`, {
        method: 'POST',
        headers: {
          Authorization: `Basic ${btoa('app-demo:demo-marketplace-key')}`,
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({ group_id: 'cld-1', price_cents: 4900, description: 'Standard [bill_1]' }),
        signal: AbortSignal.timeout(ms),
      })
    marketplace.fail({ method: 'POST', path, answer: 'hang', accept: true })
    await expect(post(300)).rejects.toThrow(/timeout/i)
    marketplace.fail({ method: 'POST', path, answer: 'drop', accept: true })
    await expect(post(5_000)).rejects.toThrow(/fetch failed/)
    expect(marketplace.recurringBills.size).toBe(2)
    marketplace.fail({ method: 'POST', path, answer: 'hang', ms: 60_000 })
    const hanging = post(60_000).catch((error: unknown) => error)
    await expect.poll(() => marketplace.calls.length).toBe(3)
    await marketplace.stop()
    expect(await hanging).toBeDefined()
  })
})

const viewports = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 900 } }

describe.for(Object.keys(viewports) as (keyof typeof viewports)[])(
  'the marketplace’s pages on a %s',
  (viewport) => {
    const aPage = async (javaScriptEnabled: boolean) => {
      const context = await (await theBrowser()).newContext({
        viewport: viewports[viewport],
        javaScriptEnabled,
      })
      onTestFinished(() => context.close())
      return context.newPage()
    }
    const photograph = (page: Page, name: string) =>
      page.screenshot({ path: `artifacts/marketplace-${name}-${viewport}.png`, fullPage: true })

    it('open Daybook as one of its people, with one press', async ({ expect }) => {
      const { marketplace, daybook } = await aMarketplace()
      const page = await aPage(true)
      await page.goto(marketplace.origin)
      expect(await page.locator('h1').count()).toBe(1)
      expect(await scrollsSideways(page)).toBe(false)
      await photograph(page, 'start')
      await page
        .getByRole('region', { name: 'Acme Lending' })
        .getByRole('link', { name: 'Open as Ben' })
        .click()
      await page.waitForURL(`${daybook.origin}/portal`)
      expect(daybook.profiles).toMatchObject([{ uid: 'usr-2', group_uid: 'cld-1', group_role: 'Member' }])

      await page.goto(`${daybook.origin}${init}?group_id=cld-2`)
      expect(await page.locator('h1').textContent()).toBe('Who is signing in?')
      expect(await scrollsSideways(page)).toBe(false)
      await photograph(page, 'choose')
      await page.getByRole('link', { name: /Cleo/ }).click()
      await page.waitForURL(`${daybook.origin}/portal`)
      expect(daybook.profiles.at(-1)).toMatchObject({ uid: 'usr-3', group_uid: 'cld-2', group_role: 'Admin' })
    })

    it('work without a script, and sign out for good', async ({ expect }) => {
      const { marketplace, daybook } = await aMarketplace()
      const page = await aPage(false)
      await page.goto(marketplace.origin)
      await page
        .getByRole('region', { name: 'Harbour Club' })
        .getByRole('link', { name: 'Open as Ann' })
        .click()
      expect(await scrollsSideways(page)).toBe(false)
      await photograph(page, 'opening')
      await page.getByRole('button', { name: 'Go on to Daybook' }).click()
      await page.waitForURL(`${daybook.origin}/portal`)
      const [{ mno_session: session = '' } = {}] = daybook.profiles as { mno_session?: string }[]
      expect(marketplace.isSession('usr-1', session)).toBe(true)

      await page.goto(`${marketplace.origin}/app_logout?user_uid=usr-1`)
      await photograph(page, 'signed-out')
      expect(marketplace.isSession('usr-1', session)).toBe(false)
      await page.goto(marketplace.initUrl('cld-2'))
      expect(await page.locator('h1').textContent()).toBe('Who is signing in?')
    })

    it('change data, end access and a subscription, and tell Daybook of each', async ({ expect }) => {
      const { marketplace, daybook } = await aMarketplace()
      const page = await aPage(true)
      await page.goto(marketplace.origin)
      const acme = page.getByRole('region', { name: 'Acme Lending' })
      const press = async (name: string) => {
        const button = acme.getByRole('button', { name })
        if (!(await button.isVisible())) await acme.getByText('Data, people and cancellation').click()
        await button.click()
        return page.getByRole('status').textContent()
      }
      expect(await press('Rename a person')).toMatch(/-Smith now\. Daybook answered 200\.$/)
      expect(await press('Move an event by a day')).toMatch(/” is on \d{4}-\d\d-\d\d now\./)
      expect(await press('Pay an invoice')).toMatch(/^Invoice INV-\d+ is paid\./)
      for (const name of ['Add a person', 'Add an event', 'Add an invoice']) {
        expect(await press(name)).toMatch(/was added\. Daybook answered 200\.$/)
      }
      const notified = daybook.calls.filter((call) => call === 'POST /maestrano/connec/notifications/demo')
      expect(notified).toHaveLength(6)

      expect(await press('End Ben’s access')).toBe(
        'Ben has no access to Acme Lending any more. Daybook answered 200.',
      )
      expect(daybook.calls.at(-1)).toBe('DELETE /maestrano/account/groups/cld-1/users/usr-2/demo')
      expect(await press('Give Ben access again')).toContain('Ben has access again')
      expect(await press('End the subscription')).toContain('The subscription of Acme Lending has ended.')
      expect(daybook.calls.at(-1)).toBe('DELETE /maestrano/account/groups/cld-1/demo')

      await acme.getByText('Data, people and cancellation').click()
      await page.getByText('Make calls fail').click()
      expect(await scrollsSideways(page)).toBe(false)
      await photograph(page, 'all-open')
      await page.getByLabel('What happens').selectOption('Answer 500')
      await page.getByLabel(/Do the work first/).check()
      await page.getByRole('button', { name: 'Make them fail' }).click()
      expect(marketplace.faults()).toMatchObject([
        { path: '/api/v1/account/recurring_bills', answer: 500, accept: true },
      ])
      expect(await scrollsSideways(page)).toBe(false)
      await page.getByRole('button', { name: 'Let everything work again' }).click()
      expect(marketplace.faults()).toEqual([])
    })
  },
)
