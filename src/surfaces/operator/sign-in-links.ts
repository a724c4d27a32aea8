import { createRoute, z } from '@hono/zod-openapi'
import { announceChanges } from '../../changes'
import { normalEmail } from '../../domain/contacts/values'
import { oneLine } from '../../domain/fields'
import { roleNamed } from '../../domain/marketplace/roles'
import { createSignInLink } from '../../domain/marketplace/sign-in-links'
import { operatorErrors } from './envelope'
import type { OperatorApp } from './environment'

const path = z.object({
  id: z
    .string()
    .transform((text) => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0))
    .openapi({ example: '12279' }),
})

const email = z.string({ error: 'Must be a text.' }).transform((text, context) => {
  const normal = normalEmail(text)
  if (normal !== null) return normal
  context.addIssue('Must be an e-mail address.')
  return z.NEVER
})

const role = z.string({ error: 'Must be a text.' }).transform((text, context) => {
  const known = roleNamed(text)
  if (known !== null) return known
  context.addIssue('Must be Guest, Member, Power User, Admin or Super Admin.')
  return z.NEVER
})

const someSeconds = 'Must be a whole number from 60 to 86400.'

const create = createRoute({
  method: 'post',
  path: '/operator/publishers/{id}/sign-in-links',
  operationId: 'createSignInLink',
  tags: ['Publishers'],
  security: [{ operator: [] }],
  summary: 'Let somebody into a publisher’s portal by a link',
  request: {
    params: path,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            email: email.openapi({ example: 'ann@example.com' }),
            firstName: oneLine(100).optional(),
            lastName: oneLine(100).optional(),
            role: role.default('Admin'),
            expiresIn: z
              .number({ error: someSeconds })
              .int(someSeconds)
              .min(60, someSeconds)
              .max(86_400, someSeconds)
              .default(900)
              .openapi({ description: 'In seconds' }),
          }),
        },
      },
    },
  },
  responses: {
    201: {
      description: 'Made: it opens one session, and is shown this once',
      content: {
        'application/json': {
          schema: z
            .object({ url: z.string(), expiresAt: z.string(), userId: z.string() })
            .openapi('SignInLink', {
              example: {
                url: 'https://daybook.example/portal/sign-in/3q2-7wEBAgMEBQYHCAkKCw',
                expiresAt: '2030-01-01T00:15:00.000Z',
                userId: '66cc0f7964b36a314725e170',
              },
            }),
        },
      },
    },
    ...operatorErrors,
  },
})

/** `POST /operator/publishers/{id}/sign-in-links` (`portal.md`, *Getting in*). */
export function registerSignInLinks(app: OperatorApp): void {
  app.openapi(create, async (c) => {
    const { email, firstName = null, lastName = null, role, expiresIn } = c.req.valid('json')
    const { context, origin } = c.var
    const announce = () => c.executionCtx.waitUntil(announceChanges(c.env))
    const expiresAt = context.now + expiresIn * 1000
    const guest = { email, firstName, lastName, role }
    const { id } = c.req.valid('param')
    const { token, userId } = await createSignInLink({ ...context, announce }, id, guest, expiresAt)
    const url = `${origin}/portal/sign-in/${token}`
    return c.json({ url, expiresAt: new Date(expiresAt).toISOString(), userId }, 201)
  })
}
