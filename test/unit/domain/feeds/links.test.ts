import { describe, it } from 'vitest'
import { calendarLinks, publicFeedUrl } from '../../../../src/domain/feeds/links'

const ADDRESS = '652375ab635fd36a5e6695fb'

describe('the links of a feed', () => {
  it('are the seven of the example in the subscriber API', ({ expect }) => {
    expect(calendarLinks('https://ics.ecal.com', ADDRESS, 'ECAL Test')).toEqual({
      webCalUrl: 'webcal://ics.ecal.com/ecal-sub/652375ab635fd36a5e6695fb/ECAL%20Test.ics',
      appleCalUrl: 'webcal://ics.ecal.com/ecal-sub/652375ab635fd36a5e6695fb/ECAL%20Test.ics',
      webCalUrlNoIcs: 'webcal://ics.ecal.com/ecal-sub/652375ab635fd36a5e6695fb/ECAL%20Test',
      httpCalUrl: 'http://ics.ecal.com/ecal-sub/652375ab635fd36a5e6695fb/ECAL%20Test.ics',
      httpsCalUrl: 'https://ics.ecal.com/ecal-sub/652375ab635fd36a5e6695fb/ECAL%20Test.ics',
      googleUrl:
        'https://www.google.com/calendar/render?cid=webcal:%2F%2Fics.ecal.com%2Fecal-sub%2F652375ab635fd36a5e6695fb%2FECAL%2520Test.ics',
      outlookcomUrl:
        'https://calendar.live.com/calendar/calendar.aspx?rru=addsubscription&url=webcal:%2F%2Fics.ecal.com%2Fecal-sub%2F652375ab635fd36a5e6695fb%2FECAL%2520Test.ics',
    })
  })

  it.for(['http://localhost:8787', 'http://localhost:8787/'])('keep the port of %s', (origin, { expect }) => {
    const { httpCalUrl, googleUrl } = calendarLinks(origin, ADDRESS, 'Demo')
    expect(httpCalUrl).toBe(`http://localhost:8787/ecal-sub/${ADDRESS}/Demo.ics`)
    expect(new URL(googleUrl).searchParams.get('cid')).toBe(
      `webcal://localhost:8787/ecal-sub/${ADDRESS}/Demo.ics`,
    )
  })

  it.for(['A/B: 100% & more?', 'Grüße #1', '5:30', 'a+b=c', 'Café 👋', "it's (new)*"])(
    'carry the name %j whole',
    (name, { expect }) => {
      const { webCalUrl, googleUrl, outlookcomUrl } = calendarLinks('https://ics.ecal.com', ADDRESS, name)
      expect(new URL(googleUrl).searchParams.get('cid')).toBe(webCalUrl)
      expect(new URL(outlookcomUrl).searchParams.get('url')).toBe(webCalUrl)
      expect(decodeURIComponent(webCalUrl)).toBe(`webcal://ics.ecal.com/ecal-sub/${ADDRESS}/${name}.ics`)
      expect(new URL(webCalUrl).pathname.split('/')).toHaveLength(4)
      expect(new URL(webCalUrl).search + new URL(webCalUrl).hash).toBe('')
    },
  )

  it('are all empty for a person without a feed address', ({ expect }) => {
    const links = calendarLinks('https://ics.ecal.com', null, 'ECAL Test')
    expect(Object.keys(links)).toEqual(
      Object.keys(calendarLinks('https://ics.ecal.com', ADDRESS, 'ECAL Test')),
    )
    expect(new Set(Object.values(links))).toEqual(new Set(['']))
  })
})

describe('the address of a public calendar', () => {
  it('is https, whatever the origin was asked by', ({ expect }) => {
    expect(publicFeedUrl('http://ics.ecal.com', '66cc0f7964b36a314725e151', 'One Tag')).toBe(
      'https://ics.ecal.com/calendars/66cc0f7964b36a314725e151/One%20Tag.ics',
    )
  })
})
