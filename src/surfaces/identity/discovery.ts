import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { inEach } from '../../databases'
import { issuerAt, publishedKeys, scopes } from '../../domain/identity'
import { publicOrigin } from '../../env'
import { clock } from '../../platform/clock'
import { comeAgain, mayOpen } from '../../platform/rates'
import { answer, type IdentityEnv, ourFault, refuse, tooMany } from './answers'
import { TOKEN_PATH } from './token'

const DISCOVERY_PATH = '/identity/.well-known/openid-configuration'
const JWKS_PATH = `${DISCOVERY_PATH}/jwks`

const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

const texts = z.array(z.string())

/** What a deployment says of its tokens. */
function discoveryOf(origin: string) {
  return {
    issuer: issuerAt(origin),
    token_endpoint: `${origin}${TOKEN_PATH}`,
    jwks_uri: `${origin}${JWKS_PATH}`,
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    scopes_supported: scopes,
    response_types_supported: [],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}

const discovery = createRoute({
  method: 'get',
  path: DISCOVERY_PATH,
  operationId: 'readDiscovery',
  tags: ['Tokens'],
  summary: 'Where tokens come from and how to check them',
  responses: {
    200: json(
      z
        .object({
          issuer: z.string(),
          token_endpoint: z.string(),
          jwks_uri: z.string(),
          grant_types_supported: texts,
          token_endpoint_auth_methods_supported: texts,
          scopes_supported: texts,
          response_types_supported: texts,
          id_token_signing_alg_values_supported: texts,
        })
        .openapi('Discovery', { example: discoveryOf('https://daybook.example') }),
      'The discovery document',
    ),
    ...ourFault,
  },
})

const jwks = createRoute({
  method: 'get',
  path: JWKS_PATH,
  operationId: 'readKeySet',
  tags: ['Tokens'],
  summary: 'The public keys that tokens are signed with',
  responses: {
    200: json(
      z
        .object({
          keys: z.array(
            z.object({
              kty: z.literal('RSA'),
              use: z.literal('sig'),
              alg: z.literal('RS256'),
              kid: z.string(),
              n: z.string(),
              e: z.string(),
            }),
          ),
        })
        .openapi('KeySet', {
          example: {
            keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'c29tZS1rZXk', n: 'ALKx0F3mXw', e: 'AQAB' }],
          },
        }),
      'The keys, public members only',
    ),
    ...tooMany,
    ...ourFault,
  },
})

/** Discovery and the key set: for whoever checks tokens of ours. Neither needs a token. */
export function registerDiscovery(app: OpenAPIHono<IdentityEnv>): void {
  app.openAPIRegistry.registerPath(discovery)
  app.openAPIRegistry.registerPath(jwks)

  app.get(DISCOVERY_PATH, (c) => {
    const origin = publicOrigin(c.env, c.req.raw)
    return answer(c, discoveryOf(origin))
  })

  app.get(JWKS_PATH, async (c) => {
    const now = clock.now()
    if (!(await mayOpen(c.env, c.req.raw, 'identity', now))) return refuse(c, 429, comeAgain)
    const published = inEach(c.env).map(({ DB, ENCRYPTION_KEY }) =>
      publishedKeys(DB.withSession('first-primary'), ENCRYPTION_KEY, now),
    )
    const keys = (await Promise.all(published)).flat()
    const response = answer(c, { keys }, 200, { 'Cache-Control': 'public, max-age=300' })
    response.headers.delete('Pragma')
    return response
  })
}
