// Whether two feeds say the same: both are read by ical.js, and compared by what an app would take from them.
import ICAL from 'ical.js'

/** The fields in which the events of two feeds differ, with how often; an empty object where they say the same. */
export function differences(expected, text) {
  const counts = {}
  const found = readFeed(text)
  for (const [uid, event] of readFeed(expected)) {
    const other = found.get(uid)
    for (const [field, value] of Object.entries(event)) {
      if (other?.[field] !== value) counts[field] = (counts[field] ?? 0) + 1
    }
  }
  return counts
}

function readFeed(text) {
  const calendar = new ICAL.Component(ICAL.parse(text))
  const zones = calendar.getAllSubcomponents('vtimezone').map((part) => new ICAL.Timezone(part))
  const byName = new Map(zones.map((zone) => [zone.tzid, zone]))
  const events = calendar.getAllSubcomponents('vevent').map((event) => readEvent(event, byName))
  return new Map(events.map((event) => [event.uid, event]))
}

function readEvent(event, zones) {
  const text = (name) => String(event.getFirstPropertyValue(name) ?? '')
  const instant = (name) => {
    const property = event.getFirstProperty(name)
    const time = property.getFirstValue()
    const zone = property.getFirstParameter('tzid')
    if (zone !== undefined) time.zone = zones.get(zone)
    return time.isDate ? time.toString() : time.toUnixTime()
  }
  const alarm = event.getFirstSubcomponent('valarm')
  return {
    uid: text('uid'),
    start: instant('dtstart'),
    end: instant('dtend'),
    name: text('summary'),
    location: text('location'),
    details: text('description'),
    url: text('url'),
    status: text('status'),
    transparency: text('transp'),
    sequence: text('sequence') || '0',
    categories: (event.getFirstProperty('categories')?.getValues() ?? []).join(),
    alarm: alarm ? String(alarm.getFirstPropertyValue('trigger').toSeconds()) : '',
  }
}
