import { Hono } from 'hono'
import script from '../../../dist/widget.txt'
import { atHome } from '../../databases'
import { chartStyle } from '../../objects/chart-style'
import { portalStyle } from '../../objects/portal-style'
import { clock } from '../../platform/clock'
import { answerOtherMethods } from '../../platform/http'
import { comeAgain, mayOpen } from '../../platform/rates'
import { note } from '../../platform/request-log'
import {
  PAGE_PATH,
  PAGE_STYLE_PATH,
  SCRIPT_PATH,
  STYLE_PATH,
  SUBSCRIPTIONS_PATH,
  type WidgetCall,
  type WidgetEnv,
} from './environment'
import { requestOfLink } from './form-request'
import { viewForm } from './form-view'
import { jsonHeaders, pageHeaders, scriptHeaders, styleHeaders } from './headers'
import { HostedPage } from './hosted-page'
import { wordsFor } from './messages'
import { openWidget } from './open-widget'
import { RefusalPage, renderPage } from './page'
import { bodyKind } from './read-request'
import { Refusal, toRefusal } from './refusals'
import { styleSheet } from './style'
import { answerSubscription } from './subscriptions'

/** The pages and calls of people who connect a calendar (`widget-and-feeds.md` 1 and 2). No cookie; the pages have no script. */
export const widgetApp = new Hono<WidgetEnv>({ strict: false })

widgetApp.get(PAGE_PATH, answerHostedPage)
widgetApp.post(SUBSCRIPTIONS_PATH, answerSubscription)
widgetApp.get(SCRIPT_PATH, (c) => c.body(script, 200, scriptHeaders))
widgetApp.get(PAGE_STYLE_PATH, (c) => c.body(styleSheet, 200, styleHeaders))
widgetApp.get(STYLE_PATH, (c) => c.body(styleSheet + portalStyle + chartStyle, 200, styleHeaders))
answerOtherMethods(widgetApp, (allow) => (c) => refuse(c, new Refusal('method', [], { Allow: allow })))

widgetApp.notFound((c) => refuse(c, new Refusal('not_found')))
widgetApp.onError((error, c) => refuse(c, toRefusal(error)))

/** `GET /button/v1/ecal.html`: the "Sync to Calendar" link. */
async function answerHostedPage(c: WidgetCall): Promise<Response> {
  const asked = requestOfLink(new URL(c.req.url).searchParams)
  const missing = (['apiKey', 'widgetId'] as const).filter((name) => asked[name] === '')
  if (missing.length > 0) {
    throw new Refusal(
      'invalid',
      missing.map((field) => ({ field, message: 'Is required.' })),
    )
  }
  const now = clock.now()
  if (!(await mayOpen(c.env, c.req.raw, 'widget', now))) throw new Refusal('too_many', [], comeAgain)
  const home = await atHome(c.env, 'widget', asked.widgetId)
  const open = await openWidget(home, home.DB.withSession('first-unconstrained'), now, asked)
  note(c.executionCtx, { publisher: open.context.publisher.id })
  const view = await viewForm(open, asked, c.req.header('User-Agent') ?? '')
  const words = wordsFor(c.req.header('Accept-Language'))
  return c.body(await renderPage(<HostedPage view={view} words={words} />), 200, pageHeaders('same-origin'))
}

/** Answers a refusal as the caller reads it. */
async function refuse(c: WidgetCall, refusal: Refusal): Promise<Response> {
  if (!isForPerson(c)) {
    return c.body(JSON.stringify(refusal.envelope), refusal.status, { ...jsonHeaders, ...refusal.headers })
  }
  const words = wordsFor(c.req.header('Accept-Language'))
  const page = await renderPage(<RefusalPage refusal={refusal} words={words} />)
  return c.body(page, refusal.status, { ...pageHeaders('same-origin'), ...refusal.headers })
}

/** Whether a browser shows the answer to a person. */
function isForPerson(c: WidgetCall): boolean {
  const kind = bodyKind(c.req.raw)
  if (kind !== null) return kind === 'form'
  const isPage = c.req.path.replace(/\/+$/, '') === PAGE_PATH
  return isPage || (c.req.header('Accept') ?? '').includes('text/html')
}
