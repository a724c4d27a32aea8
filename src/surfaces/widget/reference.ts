import { type RouteConfig, z } from '@hono/zod-openapi'
import { calendarLinks } from '../../domain/feeds/links'
import { calendarApplications } from '../../domain/sign-up/fields'
import { describeRoutes } from '../../platform/openapi/describe'
import type { Document } from '../../platform/openapi/document'
import { PAGE_PATH, PAGE_STYLE_PATH, SCRIPT_PATH, STYLE_PATH, SUBSCRIPTIONS_PATH } from './environment'
import { Refusal, type RefusalReason } from './refusals'
import { requestFields } from './request-fields'

/** The reference of this surface: what people's browsers and client systems send when somebody connects a calendar. */

const tag = 'Sign-up'

const tags = [
  {
    name: tag,
    description:
      'The hosted "Sync to Calendar" page, and the call behind it. No secret is sent: the key names the publisher, it doesn’t authorise.',
  },
]

const errorSchema = z
  .object({
    status: z.string(),
    statusLong: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi('SignUpError')

const page = { schema: z.string(), example: '<!doctype html>…' }

/** A refusal as both kinds of caller read it. */
function refusal(description: string, reason: RefusalReason) {
  const issues = reason === 'invalid' ? [{ field: 'email', message: 'Please enter an e-mail address.' }] : []
  const example = new Refusal(reason, issues).envelope
  return {
    description,
    content: { 'application/json': { schema: errorSchema, example }, 'text/html': page },
  }
}

const pageRefusal = (description: string) => ({ description, content: { 'text/html': page } })

const text = (description: string, example?: string) =>
  z
    .string()
    .optional()
    .openapi({ description, ...(example === undefined ? {} : { example }) })

const linkQuery = z.object({
  apiKey: z.string().openapi({ description: 'The publisher’s key', example: 'demo-key' }),
  widgetId: z.string().openapi({ description: 'A widget of that publisher', example: 'demo-widget' }),
  email: text('Fills the e-mail field in', 'ann@example.com'),
  emailSign: text(
    'HMAC-SHA256 in hex, keyed with the API secret, of `widgetId`, LF and the e-mail in lower case',
  ),
  emailSignExpires: text('Unix seconds; the signed text then ends with LF and this'),
  calendarIds: text('Calendars to follow, with commas between them'),
  calendar_reference: text('The same by reference'),
  category: text('Calendars that have this category'),
  skip_schedule_selection: text('`true`: nothing is to be chosen, all of the above are followed'),
  subscriber_reference: text('The client’s own id of the person', 'customer-7'),
  referringPage: text('Where the person comes from'),
  mobileNumber: text('Carried along into the form'),
  data: text('A JSON object, carried along into the form'),
})

const links = z
  .object({
    webCalUrl: z.string(),
    appleCalUrl: z.string(),
    webCalUrlNoIcs: z.string(),
    httpCalUrl: z.string(),
    httpsCalUrl: z.string(),
    googleUrl: z.string(),
    outlookcomUrl: z.string(),
  })
  .openapi('CalendarLinks')

const application = z.enum(calendarApplications)
const linksExample = calendarLinks('https://daybook.example', '8f14e45fceea167a5a36dedd4bea2543', 'Acme')

const signedUp = z
  .object({
    ecalId: z.string(),
    email: z.string(),
    application,
    openUrl: z.string().openapi({ description: 'What the person opens next' }),
    calendarUrl: links,
  })
  .openapi('SignedUp', {
    example: {
      ecalId: '652375ab635fd36a5e6695fb',
      email: 'ann@example.com',
      application: 'google',
      openUrl: linksExample.googleUrl,
      calendarUrl: linksExample,
    },
  })

const alreadySubscribed = z
  .object({ alreadySubscribed: z.literal(true), email: z.string(), application })
  .openapi('AlreadySubscribed', {
    example: { alreadySubscribed: true, email: 'ann@example.com', application: 'google' },
  })

const input = requestFields.openapi('SignUp', {
  example: {
    widgetId: 'demo-widget',
    email: 'ann@example.com',
    application: 'google',
    first_name: 'Ann',
    subscriber_reference: 'customer-7',
  },
})

const style = { 'text/css': { schema: z.string(), example: ':root { --paper: #fbfaf7 }' } }

/** A file that pages load. */
function file(
  path: string,
  operationId: string,
  summary: string,
  content: Record<string, { schema: z.ZodString; example: string }>,
): RouteConfig {
  const responses = { 200: { description: 'The file', content } }
  return { method: 'get', path, operationId, tags: [tag], summary, responses }
}

const routes: readonly RouteConfig[] = [
  {
    method: 'get',
    path: PAGE_PATH,
    operationId: 'openSignUpPage',
    tags: [tag],
    summary: 'Open the page by which a person connects their calendar',
    request: { query: linkQuery },
    responses: {
      200: pageRefusal('The page, with a form and no script'),
      400: pageRefusal('apiKey or widgetId is missing'),
      403: pageRefusal('The company has ended'),
      404: pageRefusal('Unknown or inactive key or widget'),
      429: pageRefusal('Opened too often'),
      500: pageRefusal('Our fault'),
    },
  },
  {
    method: 'post',
    path: SUBSCRIPTIONS_PATH,
    operationId: 'signUp',
    tags: [tag],
    summary: 'Sign a person up',
    description: 'JSON is answered as JSON, a form as a page.',
    request: {
      headers: z.object({
        'Idempotency-Key': z.string().min(12).max(255).optional().openapi({
          description:
            'JSON only: a repeat answers as the first time. Kept 24 hours; unguessable, since it shows the address again',
        }),
      }),
      body: {
        required: true,
        content: {
          'application/json': { schema: input },
          'application/x-www-form-urlencoded': { schema: input },
        },
      },
    },
    responses: {
      200: {
        description: 'Connected before: with the addresses only where `emailSign` proves the e-mail',
        content: {
          'application/json': { schema: z.union([alreadySubscribed, signedUp]) },
          'text/html': page,
        },
      },
      201: {
        description: 'Signed up',
        content: { 'application/json': { schema: signedUp }, 'text/html': page },
      },
      400: refusal('A field is not valid', 'invalid'),
      403: refusal(
        '`emailSign` is missing or wrong, a foreign origin, or a company that has ended',
        'unsigned',
      ),
      404: refusal('Unknown or inactive widget', 'not_found'),
      409: refusal('The same key is in use', 'idempotency_conflict'),
      408: refusal('The body did not come within 30 seconds', 'too_slow'),
      413: refusal('Body over 64 KiB', 'too_large'),
      415: refusal('Neither JSON nor a form', 'media_type'),
      429: refusal('Over 120 a minute for each client IP and widget', 'too_many'),
      500: refusal('Our fault', 'internal'),
    },
  },
  file(SCRIPT_PATH, 'readWidgetScript', 'Load the script that opens the page in a dialog', {
    'text/javascript': { schema: z.string(), example: 'EcalWidget.init({ apiKey: "demo-key" })' },
  }),
  file(PAGE_STYLE_PATH, 'readPageStyle', 'Read the style sheet of the page', style),
  file(STYLE_PATH, 'readStyle', 'Read the style sheet of the portal and other pages', style),
]

/** The reference of the sign-up page. */
export function widgetReference(): Document {
  return describeRoutes(routes, { tags })
}
