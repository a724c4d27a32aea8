import { announceChanges } from '../../changes'
import { atHome } from '../../databases'
import { calendarLinks } from '../../domain/feeds/links'
import type { CalendarApplication } from '../../domain/sign-up/fields'
import { welcomeName } from '../../domain/sign-up/welcome-event'
import { visitorTimeZone } from '../../domain/subscribers/profile'
import { type Env, publicOrigin } from '../../env'
import { clock } from '../../platform/clock'
import { bookmarkOf } from '../../platform/d1'
import { note } from '../../platform/request-log'
import { instantToWall } from '../../platform/time-zone'
import { needsAddress, openUrl } from './applications'
import { AlreadyConnectedPage, ConfirmationPage } from './confirmation'
import type { WidgetCall } from './environment'
import { requestOfForm } from './form-request'
import { viewBare, viewForm } from './form-view'
import { jsonHeaders, pageHeaders } from './headers'
import { HostedPage } from './hosted-page'
import { type Words, wordsFor } from './messages'
import { openWidget } from './open-widget'
import { RefusalPage, renderPage } from './page'
import { readRequest } from './read-request'
import { Refusal, toRefusal } from './refusals'
import { type DoneSignUp, handleSignUp } from './sign-up-request'

/** `POST /button/v1/subscriptions`: JSON is answered as JSON, a form as a page. */
export async function answerSubscription(c: WidgetCall): Promise<Response> {
  const request = c.req.raw
  const sent = await readRequest(request)
  const now = clock.now()
  const words = wordsFor(c.req.header('Accept-Language'))
  try {
    const announce = (env: Env) => c.executionCtx.waitUntil(announceChanges(env))
    const done = await handleSignUp(c.env, now, request, sent, announce)
    note(c.executionCtx, { publisher: done.open.context.publisher.id })
    const origin = publicOrigin(c.env, request)
    const more = bookmarkOf(request, done.session)
    const status = done.result.connected ? done.result.status : 200
    return sent.kind === 'json'
      ? c.body(JSON.stringify(jsonAnswer(done, origin)), status, { ...jsonHeaders, ...more })
      : c.body(await renderPage(pageAnswer(done, origin, words)), status, {
          ...pageHeaders('no-referrer'),
          ...more,
        })
  } catch (error) {
    const refusal = toRefusal(error)
    if (sent.kind === 'json') {
      return c.body(JSON.stringify(refusal.envelope), refusal.status, { ...jsonHeaders, ...refusal.headers })
    }
    const page = await formAgain(c, now, sent.form, refusal, words)
    return c.body(await renderPage(page), refusal.status, {
      ...pageHeaders('same-origin'),
      ...refusal.headers,
    })
  }
}

/** What a client system is told. Where nothing was proved, neither id nor address. */
function jsonAnswer({ fields, result }: DoneSignUp, origin: string): object {
  const { email, application } = fields
  if (!result.connected) return { alreadySubscribed: true, email, application }
  const calendarUrl = calendarLinks(origin, result.address, result.icsFilename)
  return {
    ecalId: result.ecalId,
    email,
    application,
    openUrl: openUrl(application, calendarUrl),
    calendarUrl,
  }
}

/** What a person sees. */
function pageAnswer({ open, fields, visitor, result }: DoneSignUp, origin: string, words: Words) {
  const { widget, context } = open
  const { email, application } = fields
  const publisherName = context.publisher.name
  if (!result.connected) {
    return <AlreadyConnectedPage publisherName={publisherName} email={email} words={words} />
  }
  const day = instantToWall(context.now, visitorTimeZone(context.publisher, visitor)).date
  const links = calendarLinks(origin, result.address, result.icsFilename)
  const isWelcomed = result.status === 201 && widget.welcomeEnabled
  const welcome = isWelcomed ? { name: welcomeName(widget, context.publisher), date: day } : null
  const phoneLink = visitor.device === 'Desktop' ? linkForPhone(application, origin, result.address) : null
  const confirmation = { publisherName, email, application, links, welcome, phoneLink }
  return <ConfirmationPage confirmation={confirmation} words={words} />
}

/** What a phone's camera opens. The feed's name is cosmetic, and a short one makes a code that is easy to read. */
function linkForPhone(application: CalendarApplication, origin: string, address: string): string {
  const links = calendarLinks(origin, address, 'calendar')
  return needsAddress(application) ? links.webCalUrl : openUrl(application, links)
}

/** Refusals after which the page has to do without the database. */
const WITHOUT_LOOKUP: readonly Refusal['reason'][] = ['foreign_origin', 'too_many', 'internal']

/** The form again with what was entered; where its widget isn't open, the page that says so. */
async function formAgain(c: WidgetCall, now: number, form: URLSearchParams, refusal: Refusal, words: Words) {
  if (refusal.reason === 'not_found' || refusal.reason === 'cancelled') {
    return <RefusalPage refusal={refusal} words={words} />
  }
  const asked = requestOfForm(form)
  const userAgent = c.req.header('User-Agent') ?? ''
  if (!WITHOUT_LOOKUP.includes(refusal.reason)) {
    try {
      const home = await atHome(c.env, 'widget', asked.widgetId)
      const session = home.DB.withSession('first-primary')
      const open = await openWidget(home, session, now, { ...asked, apiKey: asked.apiKey || undefined })
      return <HostedPage view={await viewForm(open, asked, userAgent, refusal)} words={words} />
    } catch (error) {
      // That the widget isn't open either is told once the form is right.
      if (!(error instanceof Refusal)) throw error
    }
  }
  return <HostedPage view={viewBare(asked, userAgent, refusal)} words={words} />
}
