import { DomainError } from '../../../domain/errors'
import { Overtaken } from '../../../domain/portal/revisions'
import {
  dropEndpoint,
  type EndpointForm,
  renewSecret,
  revisionOfEndpoint,
  saveEndpoint,
  switchEndpoint,
  testEndpoint,
} from '../../../domain/portal/webhooks'
import { type EndpointRow, readEndpoint } from '../../../domain/webhooks/endpoints'
import { seeOther } from '../answers'
import { askToConfirm, isConfirmed } from '../confirm'
import type { PortalCall } from '../environment'
import { answerOvertaken, revisionIn } from '../overtaken'
import { formIdOf } from '../read-form'
import { typeWords } from './form'
import { answerSecret, WEBHOOKS } from './list'
import { pathOf, showWebhook } from './page'
import { endpointName } from './parts'
import { endpointValues, enteredEndpoint } from './values'
import { wakeEndpointSoon } from './wake'

const idOf = (c: PortalCall) => c.req.param('id') ?? ''

/** `POST /portal/webhooks/{id}`: saves what was changed; 409 with both versions where somebody was faster. */
export async function answerSaveEndpoint(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const endpoint = await readEndpoint(context, idOf(c))
  const revision = revisionIn(form)
  const entered = enteredEndpoint(form)
  try {
    await saveEndpoint(context, endpoint.id, revision, endpointValues(c, entered, endpoint))
    return seeOther(c, pathOf(endpoint.id), 'webhook_saved')
  } catch (error) {
    if (error instanceof Overtaken) return showBoth(c, await readEndpoint(context, endpoint.id), entered)
    if (!(error instanceof DomainError) || error.code !== 'invalid') throw error
    return showWebhook(c, endpoint, { ...entered, issues: error.issues }, 422)
  }
}

/** 409: as it is and as it was sent. */
function showBoth(c: PortalCall, endpoint: EndpointRow, sent: EndpointForm): Promise<Response> {
  const types = (events: readonly string[]) => events.map(typeWords).join('; ')
  return answerOvertaken(c, {
    action: pathOf(endpoint.id),
    revision: revisionOfEndpoint(endpoint),
    versions: [
      { name: 'url', label: 'Address', now: endpoint.url, sent: sent.url },
      { name: 'description', label: 'What it is for', now: endpoint.description, sent: sent.description },
      {
        name: 'events',
        label: 'Told of',
        now: types(endpoint.events),
        sent: types(sent.events),
        posted: sent.events,
      },
    ],
    back: { path: pathOf(endpoint.id), label: endpointName(endpoint) },
  })
}

/** `POST /portal/webhooks/{id}/delete`: asks first. */
export async function answerDeleteEndpoint(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const endpoint = await readEndpoint(context, idOf(c))
  if (!isConfirmed(form)) {
    return askToConfirm(c, {
      title: 'Delete this endpoint?',
      action: `${pathOf(endpoint.id)}/delete`,
      lost: `${endpoint.url} is told nothing any more. Its secret and the log of its messages are gone for good, and what waits for it is not sent.`,
      yes: 'Delete the endpoint',
      back: pathOf(endpoint.id),
    })
  }
  await dropEndpoint(context, endpoint.id)
  return seeOther(c, WEBHOOKS, 'webhook_deleted')
}

/** `POST /portal/webhooks/{id}/rotate`: a new secret, shown to the first post of the form alone. */
export async function answerRotate(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const id = idOf(c)
  const posted = form.has('formId') ? { path: `${pathOf(id)}/rotate`, formId: formIdOf(form) } : null
  const { secret } = await renewSecret(context, id, posted)
  return answerSecret(c, { id, secret, title: 'The new secret' })
}

/** `POST /portal/webhooks/{id}/test`: sends a ping, also to one that is off. */
export async function answerTest(c: PortalCall): Promise<Response> {
  const id = idOf(c)
  await testEndpoint(c.var.context, id)
  wakeEndpointSoon(c, id)
  return seeOther(c, pathOf(id), 'webhook_tested')
}

/** `POST /portal/webhooks/{id}/enable` and `…/disable`. */
export const answerSwitch =
  (active: boolean) =>
  async (c: PortalCall): Promise<Response> => {
    const id = idOf(c)
    await switchEndpoint(c.var.context, id, active)
    return seeOther(c, pathOf(id), active ? 'webhook_enabled' : 'webhook_disabled')
  }
