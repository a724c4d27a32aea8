/** What stands around the texts of a VEVENT, in bytes. */
export const AROUND_TEXT = 520

/** The texts that a VEVENT has; the name stands twice, in the event and in its alarms. */
const repeated = ['name', 'name', 'location', 'details', 'url', 'quick_links', 'categories']

/**
 * SQL: the bytes that an event takes in a feed, estimated. A series is there once more for each occurrence that is
 * changed and not dropped, since each has a VEVENT with all texts of its own or of the series.
 * @param column SQL of a column of `events` by its name
 */
export function textSizeSql(column: (name: string) => string): string {
  const bytes = (name: string) => `length(CAST(${column(name)} AS BLOB))`
  const exceptions = column('exceptions')
  // In JSON text these characters stand nowhere else: quotes inside of a string are escaped.
  const dropped = `(length(${exceptions}) - length(replace(${exceptions}, '"cancelled":true', ''))) / 16`
  const vevents = `(1 + json_array_length(${exceptions}) - ${dropped})`
  const vevent = `(${[AROUND_TEXT, ...repeated.map(bytes)].join(' + ')})`
  return `(${vevents} * ${vevent} + ${bytes('recurrence')} + ${bytes('exceptions')})`
}
