import { describe, it } from 'vitest'
import { aPerson } from '../../support/apps'
import { aPublisher } from '../../support/publisher'
import { cancel } from '../identity/support'

const lists = ['/event-subscriptions', '/events']

describe('a token that was seen before', () => {
  it('is refused at once when it is revoked, whatever else is wrong', async ({ expect }) => {
    for (const path of lists) {
      const publisher = await aPublisher()
      const ann = await aPerson(publisher)
      expect((await ann.app.get(path)).status).toBe(200)
      expect((await ann.app.get(path)).status).toBe(200)
      await publisher.api.delete(`/subscriber/${ann.ecalId}/tokens`)
      for (const query of ['', '?limit=x', '?sync_token=0&rsvp_status=null', '?sync_token=99']) {
        const refused = await ann.app.get(`${path}${query}`)
        expect([refused.status, refused.code]).toEqual([401, 'NOT_AUTHENTICATED'])
        expect(refused.headers.get('WWW-Authenticate')).toBe('Token, Bearer')
      }
    }
  })

  it('is of no use to a cancelled company', async ({ expect }) => {
    for (const path of lists) {
      const publisher = await aPublisher()
      const ann = await aPerson(publisher)
      await ann.app.get(path)
      await cancel(publisher.id)
      for (const query of ['', '?limit=x']) {
        const refused = await ann.app.get(`${path}${query}`)
        expect([refused.status, refused.code]).toEqual([403, 'FORBIDDEN'])
      }
    }
  })
})
