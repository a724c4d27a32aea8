import { describe, it } from 'vitest'
import { fetchWorker, ORIGIN } from '../../support/publisher'

const get = (path: string, headers: Record<string, string> = {}) => fetchWorker(path, { headers })

describe.for(['/openapi.json', '/docs/postman.json', '/docs'])('%s', (path) => {
  it('is for everybody, kept for five minutes, and not sent twice', async ({ expect }) => {
    const response = await get(path)
    expect(response.status).toBe(200)
    expect(response.headers.get('Cache-Control')).toBe('public, max-age=300')
    const etag = response.headers.get('ETag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get(path, { 'If-None-Match': known })
      expect([again.status, again.headers.get('ETag'), await again.text()]).toEqual([304, etag, ''])
    }
    expect((await get(path, { 'If-None-Match': '"other"' })).status).toBe(200)
  })

  it('has GET and HEAD only', async ({ expect }) => {
    expect((await fetchWorker(path, { method: 'HEAD' })).status).toBe(200)
    const refused = await fetchWorker(path, { method: 'POST' })
    expect([refused.status, refused.headers.get('Allow')]).toEqual([405, 'GET, HEAD'])
  })
})

describe('/openapi.json', () => {
  it('is an OpenAPI 3.1 document at the origin that is asked, for pages of every origin', async ({
    expect,
  }) => {
    const response = await get('/openapi.json')
    expect(response.headers.get('Content-Type')).toBe('application/json')
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('*')
    const document = (await response.json()) as Record<string, unknown>
    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: ORIGIN }] })
    expect(JSON.stringify(document)).not.toContain('/operator')
    const other = await fetchWorker('https://other.example/openapi.json')
    expect(((await other.json()) as { servers: unknown }).servers).toEqual([{ url: 'https://other.example' }])
    expect(other.headers.get('ETag')).not.toBe(response.headers.get('ETag'))
  })
})

describe('/docs', () => {
  it('loads nothing but what this Worker serves', async ({ expect }) => {
    const response = await get('/docs')
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
    const policy = (response.headers.get('Content-Security-Policy') ?? '').split('; ')
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "connect-src 'self'"]),
    )
    expect(policy.filter((rule) => rule.includes('unsafe'))).toEqual(["style-src 'self' 'unsafe-inline'"])
    expect(policy.join()).not.toMatch(/https?:|\*/)
    const page = await response.text()
    expect(page).not.toMatch(/<script(?![^>]* src=)|(?:src|href)="(?!\/|#|data:,")/)
    for (const [, path = ''] of page.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const loaded = await get(path)
      expect([path, loaded.status]).toEqual([path, 200])
      expect(await loaded.text()).not.toContain('https://cdn.')
    }
  })

  it('lists every operation without a script', async ({ expect }) => {
    const page = await (await get('/docs')).text()
    const { paths } = (await (await get('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { summary: string }>>
    }
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { summary }] of Object.entries(methods)) {
        const told = summary.replaceAll("'", '&#39;')
        expect(page).toContain(`<code>${method.toUpperCase()} ${path}</code><br/>${told}`)
      }
    }
  })
})

describe('the files of the component', () => {
  it('shadow no path of the Worker', async ({ expect }) => {
    for (const path of [
      '/redoc.standalone.js',
      '/docs/redoc.standalone.js',
      '/redoc.lib.js',
      '/index.html',
    ]) {
      expect([path, (await get(path)).status]).toEqual([path, 404])
    }
  })
})
