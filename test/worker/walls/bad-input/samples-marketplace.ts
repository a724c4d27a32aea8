import { newId } from '../../../../src/platform/ids'
import { aMarketplace, aUser, MARKETPLACE_KEY } from '../../../support/marketplace'
import { respond, startSignOn } from '../../../support/sign-on'
import { again, draft, once, type Samples } from './samples'
import type { World } from './world'

/** A valid request of each route of marketplaces, with the marketplace's name in the path and without. */
export async function marketplaceSamples(world: World): Promise<Samples> {
  // What a path without a name means.
  const unnamed = await aMarketplace({ tenant: 'default' })
  const { marketplace } = world
  const hub = ({ apiId }: { apiId: string }) => ({
    Authorization: `Basic ${btoa(`${apiId}:${MARKETPLACE_KEY}`)}`,
  })
  const consume = async (route: string, values: string[], of: typeof marketplace) => {
    const started = await startSignOn(of)
    const told = { group_uid: `cld-${newId()}`, uid: `usr-${newId()}` }
    const form = { SAMLResponse: await respond(of, started, { told }), RelayState: '/portal/billing' }
    return draft(route, values, { form, headers: { Cookie: started.cookie } })
  }
  const people = (groupId: string) => ({
    people: [{ id: 'person-1', group_id: groupId, first_name: 'Ann', email: { address: 'ann@example.com' } }],
    events: [
      {
        id: 'event-1',
        group_id: groupId,
        name: 'Fair',
        start_date: '2040-05-01',
        updated_at: '2030-01-01T00:00:00Z',
      },
    ],
  })
  const group = '/maestrano/account/groups/:id'
  const user = '/maestrano/account/groups/:group_id/users/:id'
  const someUser = async () => (await aUser(world.company)).uid
  const { tenant } = marketplace
  return {
    'GET /maestrano/metadata': again(() => draft('GET /maestrano/metadata', [], { headers: hub(unnamed) })),
    'GET /maestrano/metadata/:tenant': again(() =>
      draft('GET /maestrano/metadata/:tenant', [tenant], { headers: hub(marketplace) }),
    ),
    'GET /maestrano/auth/saml/init': again(() =>
      draft('GET /maestrano/auth/saml/init', [], { query: 'group_id=cld-1' }),
    ),
    'GET /maestrano/auth/saml/init/:tenant': again(() =>
      draft('GET /maestrano/auth/saml/init/:tenant', [tenant], { query: 'group_id=cld-1' }),
    ),
    'POST /maestrano/auth/saml/consume': once(() =>
      consume('POST /maestrano/auth/saml/consume', [], unnamed),
    ),
    'POST /maestrano/auth/saml/consume/:tenant': once(() =>
      consume('POST /maestrano/auth/saml/consume/:tenant', [tenant], marketplace),
    ),
    [`DELETE ${group}`]: again(() => draft(`DELETE ${group}`, ['cld-none'], { headers: hub(unnamed) })),
    [`DELETE ${group}/:tenant`]: once(async () =>
      draft(`DELETE ${group}/:tenant`, [(await world.otherCompany()).groupUid, tenant], {
        headers: hub(marketplace),
      }),
    ),
    [`DELETE ${user}`]: again(() =>
      draft(`DELETE ${user}`, ['cld-none', 'usr-none'], { headers: hub(unnamed) }),
    ),
    [`DELETE ${user}/:tenant`]: once(async () =>
      draft(`DELETE ${user}/:tenant`, [world.company.groupUid, await someUser(), tenant], {
        headers: hub(marketplace),
      }),
    ),
    'POST /maestrano/connec/notifications': again(() =>
      draft('POST /maestrano/connec/notifications', [], { headers: hub(unnamed), json: people('cld-none') }),
    ),
    'POST /maestrano/connec/notifications/:tenant': again(() =>
      draft('POST /maestrano/connec/notifications/:tenant', [tenant], {
        headers: hub(marketplace),
        json: people(world.company.groupUid),
      }),
    ),
  }
}
