// Calendar apps: they ask for feeds, with the ETag that they have.
import { createHash } from 'node:crypto'
import { ask, pause, unexpected } from '../world.mjs'

export async function keepReading(world, name) {
  const random = world.random(name)
  const etags = new Map()
  while (!world.over) {
    const { feedPath } = random.pick(world.people)
    const etag = etags.get(feedPath)
    const headers = etag && random.chance(0.7) ? { 'If-None-Match': etag } : {}
    const answer = await ask(world, 'GET', feedPath, { headers })
    if (answer?.status === 200) {
      const given = answer.response.headers.get('ETag')
      etags.set(feedPath, given)
      const digest = createHash('sha256').update(answer.text).digest('hex')
      const earlier = world.bytes.get(given)
      if (earlier !== undefined && earlier !== digest)
        world.report.violate('feeds', `${feedPath}: one ETag, two texts`, given)
      world.bytes.set(given, digest)
      if (!answer.text.endsWith('END:VCALENDAR\r\n')) world.report.violate('feeds', `${feedPath} is cut off`)
      world.report.count('feeds read')
    } else if (answer && !(answer.status === 304 && 'If-None-Match' in headers)) {
      unexpected(world, 'GET', feedPath, answer)
    }
    await pause(random.between(20, 120))
  }
}
