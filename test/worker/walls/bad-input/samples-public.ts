import { newEmail, SUBSCRIPTIONS } from '../../widget/support'
import { again, draft, once, type Samples } from './samples'
import type { World } from './world'

/** A valid request of each route that asks nobody who they are: pages, files, sign-ups, the reference. */
export function publicSamples(world: World): Samples {
  const { widgetId, apiKey } = world.publisher
  const page = new URLSearchParams({
    apiKey,
    widgetId,
    email: 'ann@example.com',
    calendarIds: world.calendarId,
  })
  const files = [
    '/widget.js',
    '/button/v1/ecal.css',
    '/daybook.css',
    '/openapi.json',
    '/docs/postman.json',
    '/docs',
    '/docs/page.js',
    '/docs/page.css',
    '/docs/component.js',
    '/health',
  ]
  return {
    ...Object.fromEntries(files.map((path) => [`GET ${path}`, again(() => draft(`GET ${path}`, []))])),
    'GET /button/v1/ecal.html': again(() =>
      draft('GET /button/v1/ecal.html', [], { query: `${page}&subscriber_reference=7&data={"a":1}` }),
    ),
    [`POST ${SUBSCRIPTIONS}`]: once(() =>
      draft(`POST ${SUBSCRIPTIONS}`, [], {
        json: {
          widgetId,
          email: newEmail(),
          application: 'google',
          first_name: 'Ann',
          subscriber_reference: 'customer-7',
          tags: ['member'],
          data: { shoe: '44' },
        },
      }),
    ),
  }
}

/** The sign-up as the page's form sends it. */
export const signUpForm = (world: World): Samples => ({
  [`POST ${SUBSCRIPTIONS}`]: once(() =>
    draft(`POST ${SUBSCRIPTIONS}`, [], {
      form: {
        widgetId: world.publisher.widgetId,
        apiKey: world.publisher.apiKey,
        formId: crypto.randomUUID().replaceAll('-', ''),
        email: newEmail(),
        application: 'google',
        calendarIds: world.calendarId,
        data: '{"shoe":"44"}',
      },
    }),
  ),
})
