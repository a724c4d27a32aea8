import { assertStrictICalendar } from './icalendar-checker'

/** An answer as it came; where it is a feed, once its bytes were checked, line by line. Any other answer passes. */
export async function checkedFeed(answer: Response): Promise<Response> {
  const isFeed = answer.headers.get('Content-Type')?.startsWith('text/calendar') === true
  if (!isFeed || answer.body === null) return answer
  // A fold inside of a character leaves bytes that are no UTF-8, and a byte order mark would be one more character.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  assertStrictICalendar(decoder.decode(await answer.clone().arrayBuffer()))
  return answer
}
