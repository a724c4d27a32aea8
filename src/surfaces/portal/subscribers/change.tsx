import { DomainError } from '../../../domain/errors'
import { calendarLinks } from '../../../domain/feeds/links'
import { confirmEmailAnew } from '../../../domain/portal/confirm-email'
import { changeFollows, endSubscription, makePrivateEvent } from '../../../domain/portal/subscribers'
import { MAX_FOLLOWS } from '../../../domain/subscribers/follows'
import { readSubscriber, resolveSubscriber } from '../../../domain/subscribers/subscribers'
import { publicOrigin } from '../../../env'
import { isId, newId } from '../../../platform/ids'
import { answerPage, seeOther } from '../answers'
import { askToConfirm, isConfirmed } from '../confirm'
import type { PortalCall } from '../environment'
import { issuesOf, newEventOf } from '../events/fields'
import { entered } from '../fields'
import { fullName } from '../format'
import { formIdOf } from '../read-form'
import { Refusal } from '../refusals'
import { Copied } from '../secret'
import { SUBSCRIBERS } from './list'
import { pathOf, showSubscriber } from './page'

const find = (c: PortalCall) => resolveSubscriber(c.var.context, c.req.param('ecalId') ?? '')

/** `POST /portal/subscribers/{ecalId}/private-events`: an event for this person alone, once for each form. */
export async function answerNewPrivateEvent(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const ecalId = await find(c)
  const formId = formIdOf(form)
  const posted = { path: `${pathOf(ecalId)}/private-events`, formId }
  try {
    const { result } = await makePrivateEvent(context, posted, {
      id: newId(),
      ecalId,
      fields: newEventOf(form),
    })
    return seeOther(c, result === null ? pathOf(ecalId) : `/portal/events/${result}`, 'event_created')
  } catch (error) {
    const issues = issuesOf(error)
    if (issues === null) throw error
    return showSubscriber(c, ecalId, { create: { ...entered(form, issues), formId } }, 422)
  }
}

/** More calendars than a post may name, as in the publisher API. */
const MOST_AT_ONCE = 100

/** `POST /portal/subscribers/{ecalId}/subscriptions`: follows calendars, or stops. */
export async function answerSubscriptions(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const id = await find(c)
  const action = form.get('action')
  if (action !== 'add' && action !== 'remove') throw new Refusal('malformed')
  const calendarIds = [...new Set(form.getAll('calendarId'))]
  if (calendarIds.length === 0 || calendarIds.length > MOST_AT_ONCE) {
    const follow =
      calendarIds.length === 0
        ? 'Choose at least one calendar.'
        : `Choose at most ${MOST_AT_ONCE} calendars at a time.`
    return showSubscriber(c, id, { follow }, 422)
  }
  if (!calendarIds.every(isId)) throw new DomainError('not_found')
  try {
    await changeFollows(context, id, action, calendarIds)
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'limit_reached') throw error
    return showSubscriber(c, id, { follow: `A person follows at most ${MAX_FOLLOWS} calendars.` }, 422)
  }
  return seeOther(c, pathOf(id), 'follows_saved')
}

/** `POST /portal/subscribers/{ecalId}/confirm-email`: shows the new feed address, this once. */
export async function answerConfirmEmail(c: PortalCall): Promise<Response> {
  const { context } = c.var
  const id = await find(c)
  const address = await confirmEmailAnew(context, id)
  if (address === null) return seeOther(c, pathOf(id), 'email_verified')
  const { subscriber } = await readSubscriber(context, id)
  const links = calendarLinks(publicOrigin(c.env, c.req.raw), address, subscriber.icsFilename)
  const content = (
    <>
      <p class="note">
        <strong>
          Copy the address now, and send it to <bdi>{subscriber.email}</bdi>.
        </strong>{' '}
        It is shown this once. Whoever has it sees the private events, so send it to nobody else.
      </p>
      <div class="sheet">
        <Copied id="web-address" label="For most calendar apps" value={links.webCalUrl} />
        <Copied id="https-address" label="To add by hand" value={links.httpsCalUrl} />
      </div>
      <p>
        <a href={pathOf(id)}>
          Back to <bdi>{fullName(subscriber)}</bdi>
        </a>
      </p>
    </>
  )
  return answerPage(c, 'The e-mail is confirmed', content, 200, {
    parent: { path: pathOf(id), label: fullName(subscriber) },
  })
}

/** `POST /portal/subscribers/{ecalId}/unsubscribe`: asks first; it is final. */
export async function answerUnsubscribe(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const id = await find(c)
  if (!isConfirmed(form)) {
    const { subscriber, privateEventIds } = await readSubscriber(context, id)
    return askToConfirm(c, {
      title: 'Unsubscribe this person?',
      action: `${pathOf(id)}/unsubscribe`,
      lost: (
        <>
          The calendar of <bdi>{fullName(subscriber)}</bdi> goes empty, and their private events (
          {privateEventIds.length}) are deleted. Apps that act for them stop working. It can’t be undone:
          should they connect again, they begin anew.
        </>
      ),
      yes: 'Unsubscribe',
      back: pathOf(id),
    })
  }
  await endSubscription(context, id)
  return seeOther(c, SUBSCRIBERS.path, 'unsubscribed')
}
