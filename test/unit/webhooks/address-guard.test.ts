import fc from 'fast-check'
import { describe, it } from 'vitest'
import { guardAddress } from '../../../src/webhooks/address-guard'

const production = {
  ownHosts: ['daybook.example.com', 'Daybook.Workers.dev.'],
  ownOrigins: ['https://daybook.example.com'],
  allowLoopback: false,
}
const development = { ownHosts: ['localhost'], ownOrigins: ['http://localhost:8787'], allowLoopback: true }

const NOT_HTTPS = 'Must be an absolute https address.'
const PORT = 'Must not name a port.'
const IP = 'Must have a host name, not an IP address.'
const NOT_PUBLIC = 'Must have a public host name.'
const OWN = 'Must not be an address of this service.'
const USER = 'Must not hold a user name or password.'
const FRAGMENT = 'Must not have a fragment.'

/** What the guard says of an address: the URL to fetch, or why not. */
function verdict(address: string, options: Parameters<typeof guardAddress>[1] = production): string {
  const guarded = guardAddress(address, options)
  return guarded.ok ? guarded.url.href : guarded.reason
}

describe('an address on the public internet', () => {
  it.for([
    ['https://hooks.publisher.com/daybook', 'https://hooks.publisher.com/daybook'],
    ['https://publisher.com', 'https://publisher.com/'],
    ['https://publisher.com:443/a?b=c', 'https://publisher.com/a?b=c'],
    ['HTTPS://Hooks.PUBLISHER.com/A', 'https://hooks.publisher.com/A'],
    ['https://publisher.com./a', 'https://publisher.com./a'],
    ['https://münchen.de/', 'https://xn--mnchen-3ya.de/'],
    ['https://publisher。com/', 'https://publisher.com/'],
    ['https://ｐublisher.com/', 'https://publisher.com/'],
    ['https://p%75blisher.com/', 'https://publisher.com/'],
    ['https://hook_1.publisher.com/', 'https://hook_1.publisher.com/'],
    ['https://1.2.3.4.publisher.com/', 'https://1.2.3.4.publisher.com/'],
    ['https://0x7f.publisher.com/', 'https://0x7f.publisher.com/'],
    ['https://example.com/', 'https://example.com/'],
    ['https://localhost.publisher.com/', 'https://localhost.publisher.com/'],
    ['https://test.com/', 'https://test.com/'],
    ['https://notlocal.host/', 'https://notlocal.host/'],
    ['https://mylan.network/', 'https://mylan.network/'],
    ['https://glocal.dev/', 'https://glocal.dev/'],
    ['https://publisher.com/a%23b?c=%23', 'https://publisher.com/a%23b?c=%23'],
    ['https://publisher.com/@127.0.0.1', 'https://publisher.com/@127.0.0.1'],
    ['https://publisher.com/http://localhost', 'https://publisher.com/http://localhost'],
  ] as const)('%s is let through as %s', ([address, href], { expect }) => {
    expect(verdict(address)).toBe(href)
  })
})

describe('an address is refused where', () => {
  it.for([
    ['it is no address', ''],
    ['it is no address', 'publisher.com'],
    ['it is a path', '/hook'],
    ['it has no scheme', '//publisher.com/hook'],
    ['it has no host', 'https://'],
    ['its host has a space', 'https://a b.com/'],
    ['its host has an encoded NUL', 'https://%00publisher.com/'],
    ['its host has an encoded slash', 'https://publisher.com%2f.other.com/'],
    ['its port is out of range', 'https://publisher.com:65536/'],
    ['its port is no number', 'https://publisher.com:https/'],
    ['it is not encrypted', 'http://publisher.com/'],
    ['it is not encrypted, on the port of https', 'http://publisher.com:443/'],
    ['it is of another scheme', 'ftp://publisher.com/'],
    ['it is of another scheme', 'wss://publisher.com/'],
    ['it is of another scheme', 'webcal://publisher.com/a.ics'],
    ['it is a script', 'javascript:alert(1)'],
    ['it is data', 'data:text/plain,x'],
    ['it is a file', 'file:///etc/passwd'],
    ['it is a blob', 'blob:https://publisher.com/1'],
  ])('%s: %j', ([, address = ''], { expect }) => {
    expect(verdict(address)).toBe(NOT_HTTPS)
  })

  it.for([
    ['it has a user', 'https://ann@publisher.com/', USER],
    ['it has a user and a password', 'https://ann:secret@publisher.com/', USER],
    ['it has a password alone', 'https://:secret@publisher.com/', USER],
    ['it shows another host as its user', 'https://publisher.com@127.0.0.1/', USER],
    ['it shows another host as its user, encoded', 'https://publisher.com%2f@10.0.0.1/', USER],
    ['it has a fragment', 'https://publisher.com/#top', FRAGMENT],
    ['it has an empty fragment', 'https://publisher.com/#', FRAGMENT],
    ['its path hides the host', 'https://publisher.com#@other.com/', FRAGMENT],
    ['it has another port', 'https://publisher.com:8443/', PORT],
    ['it has the port of http', 'https://publisher.com:80/', PORT],
    ['it has port 0', 'https://publisher.com:0/', PORT],
    ['it has port 22', 'https://publisher.com:22/', PORT],
  ] as const)('%s: %s', ([, address, reason], { expect }) => {
    expect(verdict(address)).toBe(reason)
  })
})

describe('a name that is not of the public internet is refused', () => {
  it.for([
    ['a single label', 'intranet'],
    ['a single label with its dot', 'intranet.'],
    ['a top-level domain', 'com'],
    ['nothing but a dot', '.'],
    ['an ideographic dot', '。'],
    ['an empty first label', '.com'],
    ['an empty label between', 'publisher..com'],
    ['two trailing dots', 'publisher.com..'],
    ['this machine', 'localhost'],
    ['this machine with its dot', 'localhost.'],
    ['this machine with two dots', 'localhost..'],
    ['this machine in capitals', 'LOCALHOST'],
    ['this machine in full width', 'ｌｏｃａｌｈｏｓｔ'],
    ['this machine, circled', 'ⓛocalhost'],
    ['this machine with a soft hyphen', 'local\u00adhost'],
    ['this machine percent-encoded', '%6cocalhost'],
    ['a name of this machine', 'app.localhost'],
    ['a name of this machine with its dot', 'app.localhost.'],
    ['a name of this machine in capitals', 'APP.LocalHost'],
    ['a name of the local network', 'printer.local'],
    ['a name of the local network with a full-width dot', 'printer．LOCAL'],
    ['an internal name', 'metadata.google.internal'],
    ['an internal name with its dot', 'METADATA.GOOGLE.INTERNAL.'],
    ['the home network', 'home.arpa'],
    ['a name of the home network', 'nas.home.arpa'],
    ['a name of a LAN', 'router.lan'],
    ['a name for tests', 'hooks.test'],
    ['a name that is invalid', 'hooks.invalid'],
    ['a name for examples', 'hooks.example'],
    ['a hidden service', 'duskgytldkxiuqc6.onion'],
    ['a hidden service in mixed case', 'a.b.OnIoN'],
  ])('%s: %j', ([, host = ''], { expect }) => {
    expect(verdict(`https://${host}/`)).toBe(NOT_PUBLIC)
  })

  const suffix = fc.constantFrom(
    ...['localhost', 'local', 'internal', 'home.arpa', 'lan', 'test', 'invalid', 'example', 'onion'],
  )

  it('under each reserved suffix, in any letter case, with and without the trailing dot', ({ expect }) => {
    fc.assert(
      fc.property(fc.domain(), fc.mixedCase(suffix), fc.constantFrom('', '.'), (name, end, dot) => {
        const refused = [NOT_PUBLIC, NOT_HTTPS] // the parser knows labels that it refuses itself
        expect(refused).toContain(verdict(`https://${name}.${end}${dot}/`))
        expect(refused).toContain(verdict(`http://${name}.${end}${dot}/`, development))
      }),
    )
  })
})

describe('this service', () => {
  it.for([
    ['https://daybook.example.com/'],
    ['https://daybook.example.com./'],
    ['https://DAYBOOK.example.com/apiv2/event'],
    ['https://www.daybook.example.com/'],
    ['https://a.b.daybook.example.com./'],
    ['https://daybook%2eexample.com/'],
    ['https://daybook.workers.dev/'],
    ['https://preview.daybook.workers.dev/'],
  ])('is not called by itself: %s', ([address = ''], { expect }) => {
    expect(verdict(address)).toBe(OWN)
  })

  it.for([
    ['https://example.com/'],
    ['https://mydaybook.example.com/'],
    ['https://daybook.example.com.evil.com/'],
  ])('has nothing to do with %s', ([address = ''], { expect }) => {
    expect(verdict(address)).toBe(address)
  })
})

describe('in local development', () => {
  it.for([
    ['http://localhost:9000/hook'],
    ['https://localhost:9000/hook'],
    ['http://localhost/hook'],
    ['https://localhost/hook'],
    ['http://127.0.0.1:9000/'],
    ['https://127.0.0.1/'],
    ['http://[::1]:9000/'],
    ['https://[::1]/'],
    ['http://localhost.:9000/'],
    ['https://hooks.publisher.com/'],
  ])('%s may be called', ([address = ''], { expect }) => {
    expect(verdict(address, development)).toBe(address)
  })

  it.for([
    ['its own port', 'http://localhost:8787/', OWN],
    ['its own port over https', 'https://localhost:8787/', OWN],
    ['its own port by another name', 'http://127.0.0.1:8787/', OWN],
    ['its own port by IPv6', 'http://[::1]:8787/', OWN],
    ['its own port with a trailing dot', 'http://localhost.:8787/', OWN],
    ['its own port in another notation', 'http://0x7f.1:8787/', OWN],
    ['a user name', 'http://ann@localhost:9000/', USER],
    ['a fragment', 'http://localhost:9000/#top', FRAGMENT],
    ['another scheme', 'ws://localhost:9000/', NOT_HTTPS],
    ['another loopback address', 'https://127.0.0.2/', IP],
    ['the unspecified address', 'https://0.0.0.0/', IP],
    ['a mapped loopback address', 'https://[::ffff:127.0.0.1]/', IP],
    ['a private address', 'https://192.168.0.1/', IP],
    ['a private address, not encrypted', 'http://10.0.0.1/', NOT_HTTPS],
    ['a name of this machine', 'https://app.localhost/', NOT_PUBLIC],
    ['a public host, not encrypted', 'http://publisher.com/', NOT_HTTPS],
    ['a public host on a port', 'https://publisher.com:9000/', PORT],
    ['a single label', 'https://intranet/', NOT_PUBLIC],
  ] as const)('%s stays refused: %s', ([, address, reason], { expect }) => {
    expect(verdict(address, development)).toBe(reason)
  })

  it.for([
    ['https://localhost', 'https://localhost/', OWN],
    ['https://localhost', 'https://127.0.0.1:443/', OWN],
    ['https://localhost', 'http://localhost:443/', OWN],
    ['https://localhost', 'http://localhost/', 'http://localhost/'],
    ['http://localhost', 'http://[::1]/', OWN],
    ['http://localhost', 'https://localhost:80/', OWN],
    ['http://localhost', 'https://localhost/', 'https://localhost/'],
  ] as const)('of %s, a default port counts: %s', ([ownOrigin, address, expected], { expect }) => {
    expect(verdict(address, { ...development, ownOrigins: [ownOrigin] })).toBe(expected)
  })

  it('the ports of all its origins are its own', ({ expect }) => {
    const options = { ...development, ownOrigins: ['http://localhost:8787', 'https://127.0.0.1:8443'] }
    expect(verdict('http://localhost:8443/', options)).toBe(OWN)
    expect(verdict('http://localhost:8444/', options)).toBe('http://localhost:8444/')
  })

  it('without known origins no port is its own', ({ expect }) => {
    expect(verdict('http://localhost:8787/', { ownHosts: [], allowLoopback: true })).toBe(
      'http://localhost:8787/',
    )
  })
})

describe('whatever is typed', () => {
  it('gets an answer, and what is let through is an https address of a public name', ({ expect }) => {
    const address = fc.oneof(
      fc.webUrl({ validSchemes: ['https', 'http'] }),
      fc.string({ unit: 'binary' }).map((text) => `https://${text}`),
      fc.tuple(fc.domain(), fc.string({ unit: 'grapheme' })).map(([host, rest]) => `https://${host}${rest}`),
    )
    fc.assert(
      fc.property(address, (text) => {
        const guarded = guardAddress(text, production)
        if (!guarded.ok) {
          expect(guarded.reason).toMatch(/^Must .*\.$/)
          return
        }
        const { protocol, port, hash, username, password, hostname } = guarded.url
        expect([protocol, port, hash, username, password]).toEqual(['https:', '', '', '', ''])
        expect(hostname).toMatch(/^[^.[\]]+(\.[^.[\]]+)*\.[^.[\]]*[^.[\]\d][^.[\]]*\.?$/)
      }),
      { numRuns: 2000 },
    )
  })
})
