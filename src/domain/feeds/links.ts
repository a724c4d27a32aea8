/** The addresses by which calendar apps reach a feed: `calendarUrl` of `publisher-api.md` 5.1. */
export type CalendarLinks = {
  readonly webCalUrl: string
  readonly appleCalUrl: string
  readonly webCalUrlNoIcs: string
  readonly httpCalUrl: string
  readonly httpsCalUrl: string
  readonly googleUrl: string
  readonly outlookcomUrl: string
}

/** The links of a feed address; each is '' where there is none. `origin` is this deployment's. */
export function calendarLinks(origin: string, address: string | null, icsFilename: string): CalendarLinks {
  if (address === null) {
    return {
      webCalUrl: '',
      appleCalUrl: '',
      webCalUrlNoIcs: '',
      httpCalUrl: '',
      httpsCalUrl: '',
      googleUrl: '',
      outlookcomUrl: '',
    }
  }
  const bare = `://${new URL(origin).host}/ecal-sub/${address}/${encodeURIComponent(icsFilename)}`
  const webCalUrl = `webcal${bare}.ics`
  const carried = encodeURIComponent(webCalUrl).replaceAll('%3A', ':')
  return {
    webCalUrl,
    appleCalUrl: webCalUrl,
    webCalUrlNoIcs: `webcal${bare}`,
    httpCalUrl: `http${bare}.ics`,
    httpsCalUrl: `https${bare}.ics`,
    googleUrl: `https://www.google.com/calendar/render?cid=${carried}`,
    outlookcomUrl: `https://calendar.live.com/calendar/calendar.aspx?rru=addsubscription&url=${carried}`,
  }
}

/** The address of a public calendar's own feed (`widget-and-feeds.md` 5). */
export function publicFeedUrl(origin: string, calendarId: string, name: string): string {
  return `https://${new URL(origin).host}/calendars/${calendarId}/${encodeURIComponent(name)}.ics`
}
