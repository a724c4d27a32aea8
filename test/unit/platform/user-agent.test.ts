import { describe, it } from 'vitest'
import { describeUserAgent } from '../../../src/platform/user-agent'

const webKit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const blink = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0'

describe('a User-Agent', () => {
  it.for([
    [
      'iOS',
      'Tablet',
      `Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) ${webKit} Version/17.5 Mobile/15E148 Safari/604.1`,
    ],
    [
      'iOS',
      'Mobile',
      `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${webKit} Mobile/15E148 Safari/604.1`,
    ],
    ['iOS', 'Mobile', `Mozilla/5.0 (iPod touch; CPU iPhone OS 12_0 like Mac OS X) ${webKit} Mobile/15E148`],
    ['iOS', 'Mobile', 'Mozilla/5.0 (Windows Phone 8.1; Android 4.2; like iPhone OS 7_0_3) Mobile Safari/537'],
    ['Android', 'Mobile', `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${blink} Mobile Safari/537.36`],
    ['Android', 'Mobile', 'Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0'],
    ['Android', 'Tablet', `Mozilla/5.0 (Linux; Android 14; SM-X710) ${blink} Safari/537.36`],
    ['Android', 'Tablet', 'Mozilla/5.0 (Linux; Android 14; AutoMobiles) Safari/537.36'],
    ['Android', 'Mobile', 'Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1) Mobile Safari/537.36 Edge/15'],
    ['Windows', 'Desktop', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${blink} Safari/537.36`],
    ['Windows', 'Desktop', 'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17328; Pro)'],
    ['ChromeOS', 'Desktop', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${blink} Safari/537.36`],
    [
      'macOS',
      'Desktop',
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webKit} Version/17.5 Safari/605.1.15`,
    ],
    ['macOS', 'Desktop', 'Mac OS X/14.5 (23F79) CalendarAgent/1055.1'],
    ['Linux', 'Desktop', 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0'],
    ['Other', 'Desktop', 'curl/8.5.0'],
    ['Other', 'Desktop', 'Google-Calendar-Importer'],
    ['Other', 'Desktop', 'mozilla/5.0 (windows nt 10.0)'],
    ['Other', 'Desktop', ''],
  ] as const)('means %s on a %s: %s', ([os, device, userAgent], { expect }) => {
    expect(describeUserAgent(userAgent)).toEqual({ os, device })
  })
})
