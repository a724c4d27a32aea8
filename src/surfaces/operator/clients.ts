import { createRoute, z } from '@hono/zod-openapi'
import { isTakenElsewhere } from '../../databases'
import { DomainError } from '../../domain/errors'
import { createClient, scopes as knownScopes, revokeClient } from '../../domain/identity'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'

const tags = ['Clients']
const security = [{ operator: [] }]

/** A publisher's id in a path: what has not its shape is 0, which no publisher has. */
const publisherPath = z.object({
  id: z
    .string()
    .transform((text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0))
    .openapi({ example: '12279' }),
})

const someScopes = `Must be a list of 1 to ${knownScopes.length} of ${knownScopes.join(', ')}.`
const someBusinesses = 'Must be a list of business ids: 1 to 15 letters and digits each.'
const someRate = 'Must be {limit, windowSeconds}: whole numbers, 1 to 1000000 and 1 to 86400.'
const someName = 'Must be a text of 1 to 255 printable ASCII characters, without spaces around it.'

const isSet = (values: readonly string[]) => new Set(values).size === values.length

const whole = (max: number) => z.number({ error: someRate }).int(someRate).min(1, someRate).max(max, someRate)

const rights = {
  scopes: z
    .array(z.enum(knownScopes, { error: someScopes }), { error: someScopes })
    .min(1, someScopes)
    .refine(isSet, { error: 'Must name each scope once.' })
    .openapi({ example: ['schedules.read', 'schedules.write'] }),
  businesses: z
    .array(z.string({ error: someBusinesses }).regex(/^[A-Za-z0-9]{1,15}$/, someBusinesses), {
      error: someBusinesses,
    })
    .refine(isSet, { error: 'Must name each business once.' })
    .nullable(),
  rateLimit: z
    .strictObject({ limit: whole(1_000_000), windowSeconds: whole(86_400) }, { error: someRate })
    .nullable(),
  externalClientId: z
    .string({ error: someName })
    .max(255, someName)
    .regex(/^[!-~]([ -~]*[!-~])?$/, someName)
    .nullable(),
}

const clientSchema = z
  .object({ clientId: z.string(), clientSecret: z.string(), ...rights })
  .openapi('MadeClient', {
    example: {
      clientId: '3f2b8f6e-6d0a-4c58-9a57-0f1f6f0c2a11',
      clientSecret: 'mS0x4yJt0bq2m3vH1g9cYk7e5Zp8dR6wTnLuXaQfBhI',
      scopes: ['schedules.read', 'schedules.write'],
      businesses: ['DEMO01'],
      rateLimit: null,
      externalClientId: null,
    },
  })

const create = createRoute({
  method: 'post',
  path: '/operator/publishers/{id}/clients',
  operationId: 'createClient',
  tags,
  security,
  summary: 'Give a publisher a client of the token service',
  request: {
    params: publisherPath,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            scopes: rights.scopes,
            businesses: rights.businesses.default(null),
            rateLimit: rights.rateLimit.default(null),
            externalClientId: rights.externalClientId.default(null),
          }),
        },
      },
    },
  },
  responses: {
    201: {
      description: 'Made; the secret is shown this once',
      content: { 'application/json': { schema: clientSchema } },
    },
    ...operatorErrors,
  },
})

const remove = createRoute({
  method: 'delete',
  path: '/operator/publishers/{id}/clients/{clientId}',
  operationId: 'revokeClient',
  tags,
  security,
  summary: 'Revoke a client',
  request: {
    params: publisherPath.extend({
      clientId: z.string().openapi({ example: '3f2b8f6e-6d0a-4c58-9a57-0f1f6f0c2a11' }),
    }),
  },
  responses: {
    204: { description: 'Revoked: it gets no token, and its live ones answer 401 from then on' },
    ...operatorErrors,
  },
})

/** Clients of the token service (`payments.md` 2.1). */
export function registerClients(app: OperatorApp): void {
  app.openapi(create, async (c) => {
    const values = c.req.valid('json')
    const { id } = c.req.valid('param')
    const { clientId, clientSecret } = await createClient(c.var.context, id, values)
    const { scopes, businesses, rateLimit, externalClientId } = values
    // Looked for once ours is there: of two at once, in two databases, none is blind to the other.
    if (externalClientId !== null && (await isTakenElsewhere(c.env, 'external', externalClientId))) {
      await revokeClient(c.var.context, id, clientId)
      throw new DomainError('already_exists')
    }
    return c.json({ clientId, clientSecret, scopes, businesses, rateLimit, externalClientId }, 201)
  })

  app.openapi(remove, async (c) => {
    const { id, clientId } = c.req.valid('param')
    await revokeClient(c.var.context, id, clientId)
    return c.body(null, 204)
  })
}
