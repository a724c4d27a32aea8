/** Kinds of calendar apps, as a User-Agent tells them. Nothing finer is kept. */
export const appClasses = [
  'apple',
  'google',
  'outlook',
  'thunderbird',
  'android',
  'browser',
  'other',
] as const

export type AppClass = (typeof appClasses)[number]

/** What each kind calls itself; the first match counts. */
const signs: readonly (readonly [AppClass, RegExp])[] = [
  ['google', /Google-Calendar/],
  ['apple', /dataaccessd|CalendarAgent|iCal\//],
  ['outlook', /Microsoft|Outlook/],
  ['thunderbird', /Thunderbird/],
  ['android', /ICSx5|DAVx5|okhttp/],
  ['browser', /^Mozilla\//],
]

/** The kind of app that a User-Agent is of. */
export function appClassOf(userAgent: string | null): AppClass {
  if (userAgent === null) return 'other'
  return signs.find(([, sign]) => sign.test(userAgent))?.[0] ?? 'other'
}
