import { z } from 'zod'
import { signUpFields } from '../../domain/sign-up/fields'

const name = z
  .string({ error: (issue) => (issue.input === undefined ? 'Is required.' : 'Must be a text.') })
  .min(1, 'Must not be empty.')

/** All that `POST /button/v1/subscriptions` reads of a body (`widget-and-feeds.md` 2); the rest is ignored. */
export const requestFields = signUpFields
  .extend({
    /** Names are compared, not parsed: of no matter what text. */
    widgetId: name,
    apiKey: name.optional(),
    emailSign: z
      .string({ error: 'Must be a text.' })
      .regex(/^[0-9a-f]{64}$/i, 'Must be 64 hex digits.')
      .optional(),
    emailSignExpires: z
      .union([z.string(), z.number()], { error: 'Must be unix seconds, digits only.' })
      .transform(String)
      .refine((text) => /^\d{1,15}$/.test(text), { error: 'Must be unix seconds, digits only.' })
      .optional(),
    formId: z
      .string({ error: 'Must be a text.' })
      .regex(/^[0-9a-f]{32}$/, 'Must be 32 hex digits.')
      .optional(),
  })
  .refine((fields) => fields.emailSign === undefined || fields.apiKey !== undefined, {
    path: ['apiKey'],
    error: 'Is required with emailSign.',
  })

export type RequestFields = z.infer<typeof requestFields>

/** The names of all of them. */
export const fieldNames = Object.keys(requestFields.shape) as (keyof RequestFields)[]
