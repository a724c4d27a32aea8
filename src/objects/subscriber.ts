import { categoryNames } from '../icalendar'

/** A calendar's name as people read it: with its categories, each path segment once, in brackets. */
export function calendarLabel({
  name,
  categories,
}: {
  readonly name: string
  readonly categories: string
}): string {
  const names = categoryNames(categories)
  return names.length === 0 ? name : `${name} (${names.join(', ')})`
}

/** Where the latest sign-up came from; unknown: '' and null (`publisher-api.md` 5.1). */
export type LocationObject = {
  city_name: string
  country_name: string
  country_code: string
  state_name: string
  state_code: string
  timezone: string
  zip_code: string
  latitude: number | null
  longitude: number | null
}

const nowhere: LocationObject = {
  city_name: '',
  country_name: '',
  country_code: '',
  state_name: '',
  state_code: '',
  timezone: '',
  zip_code: '',
  latitude: null,
  longitude: null,
}

/** The place that is stored as JSON, every field present. */
export function locationObject(location: string): LocationObject {
  return { ...nowhere, ...JSON.parse(location) }
}
