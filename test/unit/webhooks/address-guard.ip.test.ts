import fc from 'fast-check'
import { describe, it } from 'vitest'
import { guardAddress } from '../../../src/webhooks/address-guard'

const production = { ownHosts: ['daybook.example.com'], allowLoopback: false }
const development = { ownHosts: ['localhost'], ownOrigins: ['http://localhost:8787'], allowLoopback: true }

describe('an IP address is refused, public or not', () => {
  it.for([
    ['unspecified', '0.0.0.0'],
    ['of this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.0.1'],
    ['shared', '100.64.0.1'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['link-local', '169.254.1.1'],
    ['of cloud metadata', '169.254.169.254'],
    ['of protocol assignments', '192.0.0.1'],
    ['of documentation', '192.0.2.1'],
    ['of documentation', '198.51.100.1'],
    ['of documentation', '203.0.113.1'],
    ['of 6to4 relays', '192.88.99.1'],
    ['of benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['public', '1.1.1.1'],
    ['public', '8.8.8.8'],
    ['dotted, with the trailing dot', '127.0.0.1.'],
    ['decimal', '2130706433'],
    ['decimal, with the trailing dot', '2130706433.'],
    ['hexadecimal', '0x7f000001'],
    ['hexadecimal in capitals', '0X7F000001'],
    ['hexadecimal part by part', '0x7f.0x0.0x0.0x1'],
    ['octal', '017700000001'],
    ['octal part by part', '0177.0.0.01'],
    ['of mixed notations', '0x7f.1'],
    ['of two parts', '127.1'],
    ['of three parts', '127.0.1'],
    ['zero', '0'],
    ['an empty hexadecimal number', '0x'],
    ['in digits of full width', '１２７.０.０.１'],
    ['in circled digits', '①②⑦.⓪.⓪.①'],
    ['with ideographic dots', '127。0。0。1'],
    ['with dots of full and half width', '127．0｡0．1'],
    ['percent-encoded', '%31%32%37.0.0.1'],
    ['with percent-encoded dots', '127%2e0%2E0%2e1'],
    ['with a soft hyphen', '127.0\u00ad.0.1'],
    ['unspecified IPv6', '[::]'],
    ['loopback IPv6', '[::1]'],
    ['loopback IPv6 in full', '[0000:0000:0000:0000:0000:0000:0000:0001]'],
    ['IPv4-mapped', '[::ffff:127.0.0.1]'],
    ['IPv4-mapped in hexadecimal', '[::ffff:7f00:1]'],
    ['IPv4-mapped in capitals', '[::FFFF:10.0.0.1]'],
    ['IPv4-compatible', '[::127.0.0.1]'],
    ['NAT64', '[64:ff9b::7f00:1]'],
    ['6to4', '[2002:7f00:1::]'],
    ['Teredo', '[2001:0:7f00:1::]'],
    ['unique local IPv6', '[fd00::1]'],
    ['unique local IPv6', '[fc00::1]'],
    ['link-local IPv6', '[fe80::1]'],
    ['site-local IPv6', '[fec0::1]'],
    ['multicast IPv6', '[ff02::1]'],
    ['of documentation IPv6', '[2001:db8::1]'],
    ['of cloud metadata IPv6', '[fd00:ec2::254]'],
    ['public IPv6', '[2606:4700:4700::1111]'],
  ])('%s: %s', ([, host = ''], { expect }) => {
    expect(guardAddress(`https://${host}/`, production)).toEqual(
      refusal('Must have a host name, not an IP address.'),
    )
  })

  it.for([
    ['of five parts', '1.2.3.4.5'],
    ['of parts over 255', '256.256.256.256'],
    ['over 32 bits', '4294967296'],
    ['that is no octal number', '127.0.0.08'],
    ['with a name before the number', 'publisher.com.1'],
    ['with a name before a hexadecimal number', 'publisher.0x7f'],
    ['of IPv6 without brackets', '::1'],
    ['of IPv6 with a zone', '[fe80::1%25eth0]'],
    ['of IPv6 with an open bracket', '[::1'],
    ['of a future version', '[v1.a]'],
  ])('and so is a host that looks like one, %s: %s', ([, host = ''], { expect }) => {
    expect(guardAddress(`https://${host}/`, production)).toEqual(
      refusal('Must be an absolute https address.'),
    )
  })

  it('is refused after an empty label too', ({ expect }) => {
    expect(guardAddress('https://127.0.0.1../', production)).toEqual(refusal('Must have a public host name.'))
  })

  const dotted = fc.ipV4()
  const number = dotted.map((ip) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0))
  const notations = fc.oneof(
    dotted,
    fc.ipV4Extended(),
    number.map(String),
    number.map((ip) => `0x${ip.toString(16)}`),
    number.map((ip) => `0${ip.toString(8)}`),
    fc.ipV6().map((ip) => `[${ip}]`),
    dotted.map((ip) => `[::ffff:${ip}]`),
  )
  const disguises = fc.constantFrom<(host: string) => string>(
    (host) => host,
    (host) => host.toUpperCase(),
    (host) => (host.startsWith('[') ? host : `${host}.`),
    (host) => (host.startsWith('[') ? host : host.replaceAll('.', '。')),
    (host) => (host.startsWith('[') ? host : [...host].map(fullWidth).join('')),
    (host) => (host.startsWith('[') ? host : [...host].map(percentEncoded).join('')),
  )
  const paths = fc.constantFrom('', '/', '/hook?a=b', ':443/')

  it('in every notation and disguise, in production and in development', ({ expect }) => {
    fc.assert(
      fc.property(notations, disguises, paths, (host, disguise, path) => {
        const address = `https://${disguise(host)}${path}`
        expect(guardAddress(address, production).ok, address).toBe(false)
        const parsed = URL.parse(address)?.hostname ?? ''
        if (parsed.replace(/\.$/, '') !== '127.0.0.1' && parsed !== '[::1]') {
          expect(guardAddress(address, development).ok, address).toBe(false)
        }
      }),
      { numRuns: 3000 },
    )
  })
})

function fullWidth(char: string): string {
  return char === '.' ? '．' : String.fromCharCode(char.charCodeAt(0) + 0xfee0)
}

function percentEncoded(char: string): string {
  return `%${char.charCodeAt(0).toString(16)}`
}

function refusal(reason: string) {
  return { ok: false, reason }
}
