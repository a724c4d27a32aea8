import type { FC } from 'hono/jsx'
import { DomainError } from '../../domain/errors'
import { isAtLeast } from '../../domain/marketplace/roles'
import { Overtaken } from '../../domain/portal/revisions'
import {
  dropEndpoint,
  OVERLAP_HOURS,
  renewSecret,
  saveEndpoint,
  switchEndpoint,
  testEndpoint,
} from '../../domain/portal/webhooks'
import { type EndpointRow, readEndpoint } from '../../domain/webhook-endpoints'
import { listDeliveries } from '../../domain/webhook-log'
import { answerPage, type PageStatus, seeOther } from './answers'
import { askToConfirm, isConfirmed } from './confirm'
import { DeliveryTable, LogViews, outcomeAsked } from './delivery-log'
import { EndpointFields, typeWords } from './endpoint-form'
import { EndpointState, endpointName, Last } from './endpoint-parts'
import { type EnteredEndpoint, endpointValues, enteredEndpoint } from './endpoint-values'
import type { PortalCall } from './environment'
import { PAGE_ROWS, Pager, pageAsked } from './pages'
import { ButtonForm, Facts, Folded, Hidden, newFormId, Time, ZoneNote } from './parts'
import { formIdOf, revisionIn } from './read-form'
import { Refusal } from './refusals'
import { wakeEndpointSoon } from './wake-endpoint'
import { answerSecret, WEBHOOKS } from './webhooks'

const idOf = (c: PortalCall) => c.req.param('id') ?? ''
const pathOf = (id: string) => `${WEBHOOKS}/${id}`
const parent = { path: WEBHOOKS, label: 'Webhooks' }

/** `GET /portal/webhooks/{id}`: an endpoint, and what became of each message to it. */
export async function answerWebhook(c: PortalCall): Promise<Response> {
  return showWebhook(c, await readEndpoint(c.var.context, idOf(c)), null)
}

async function showWebhook(
  c: PortalCall,
  endpoint: EndpointRow,
  entered: EnteredEndpoint | null,
  status: PageStatus = 200,
): Promise<Response> {
  const { context, csrf, session } = c.var
  const [page, outcome] = [pageAsked(c.req.query('page')), outcomeAsked(c.req.query('outcome'))]
  if (page === null) throw new Refusal('not_found')
  // One more row than a page has tells whether there is a next one.
  const listed = await listDeliveries(context, endpoint.id, {
    status: outcome ?? undefined,
    offset: (page - 1) * PAGE_ROWS,
    limit: PAGE_ROWS + 1,
  })
  const zone = context.publisher.timezone
  const mayWrite = isAtLeast(session.user.role, 'Power User')
  const path = pathOf(endpoint.id)
  const content = (
    <>
      <Trouble endpoint={endpoint} zone={zone} />
      <Facts
        facts={[
          ['Address', <code>{endpoint.url}</code>],
          ['State', <EndpointState endpoint={endpoint} />],
          ['Told of', endpoint.events.map(typeWords).join('; ')],
          ['Format', endpoint.format === 'ecal' ? 'ecal' : ''],
          ['Last success', <Last at={endpoint.lastSuccessAt} zone={zone} />],
          ['Last failure', <Last at={endpoint.lastFailureAt} zone={zone} />],
        ]}
      />
      {mayWrite ? <Actions endpoint={endpoint} csrf={csrf} /> : null}
      <section>
        <h2>Messages of the last 30 days</h2>
        <LogViews path={path} outcome={outcome} />
        <DeliveryTable
          entries={listed.slice(0, PAGE_ROWS)}
          path={path}
          csrf={mayWrite ? csrf : null}
          isActive={endpoint.active}
          isFiltered={outcome !== null}
          zone={zone}
        />
        <Pager
          path={outcome === null ? path : `${path}?outcome=${outcome}`}
          page={page}
          hasNext={listed.length > PAGE_ROWS}
        />
        <ZoneNote zone={zone} />
      </section>
      {mayWrite ? (
        <Folded label="Change this endpoint" isOpen={entered !== null}>
          <EndpointFields
            entered={entered ?? { ...endpoint, issues: [] }}
            endpoint={endpoint}
            action={path}
            csrf={csrf}
            button="Save"
          />
        </Folded>
      ) : null}
    </>
  )
  return answerPage(c, endpointName(endpoint), content, status, { parent })
}

/** What an endpoint carries of its failing, and what to do about it. */
const Trouble: FC<{ endpoint: EndpointRow; zone: string }> = ({ endpoint, zone }) => {
  const { active, disabledReason, disabledAt, failingSince, notice } = endpoint
  if (active && failingSince === null) return null
  if (active) {
    return (
      <p class="alert">
        <strong>It has failed since </strong>
        <Time at={failingSince ?? 0} zone={zone} />. Each message is tried again for about three days.
        {notice === 'failing_soon'
          ? ' After five days of nothing but failures the endpoint is turned off.'
          : ''}
      </p>
    )
  }
  const why = {
    gone: 'It answered 410 Gone and was turned off.',
    failing: 'It failed for five days and was turned off.',
    manual: 'It is turned off.',
    '': 'It is turned off.',
  }[disabledReason]
  return (
    <p class={disabledReason === 'manual' ? 'note' : 'alert'}>
      <strong>{why}</strong> It gets nothing{' '}
      {disabledAt === null ? null : (
        <>
          since <Time at={disabledAt} zone={zone} />
        </>
      )}
      . What it missed isn’t sent by itself once it is on again: send it again from the list below.
    </p>
  )
}

const Actions: FC<{ endpoint: EndpointRow; csrf: string }> = ({ endpoint, csrf }) => {
  const path = pathOf(endpoint.id)
  return (
    <div class="row">
      <ButtonForm action={`${path}/test`} csrf={csrf}>
        Send a test
      </ButtonForm>
      <ButtonForm action={`${path}/${endpoint.active ? 'disable' : 'enable'}`} csrf={csrf}>
        {endpoint.active ? 'Turn off' : 'Turn on'}
      </ButtonForm>
      <form method="post" action={`${path}/rotate`} class="inline">
        <Hidden csrf={csrf} formId={newFormId()} />
        <button type="submit" class="small" aria-describedby="rotate-hint">
          New secret
        </button>
      </form>
      <ButtonForm action={`${path}/delete`} csrf={csrf}>
        Delete
      </ButtonForm>
      <p class="soft" id="rotate-hint">
        After a new secret, messages are signed with both for {OVERLAP_HOURS} hours.
      </p>
    </div>
  )
}

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
    if (error instanceof Overtaken)
      return answerOvertaken(c, await readEndpoint(context, endpoint.id), entered)
    if (!(error instanceof DomainError) || error.code !== 'invalid') throw error
    return showWebhook(c, endpoint, { ...entered, issues: error.issues }, 422)
  }
}

function answerOvertaken(
  c: PortalCall,
  endpoint: EndpointRow,
  entered: Omit<EnteredEndpoint, 'issues'>,
): Promise<Response> {
  const content = (
    <>
      <p class="alert">
        <strong>Nothing was saved:</strong> somebody changed this endpoint while you did.
      </p>
      <div class="versions">
        <section>
          <h2>As it is now</h2>
          <Facts
            facts={[
              ['Address', <code>{endpoint.url}</code>],
              ['What it is for', endpoint.description],
              ['Told of', endpoint.events.map(typeWords).join('; ')],
              ['State', <EndpointState endpoint={endpoint} />],
            ]}
          />
          <p>
            <a href={pathOf(endpoint.id)}>Leave it so</a>
          </p>
        </section>
        <section>
          <h2>As you entered it</h2>
          <EndpointFields
            entered={{ ...entered, issues: [] }}
            endpoint={endpoint}
            action={pathOf(endpoint.id)}
            csrf={c.var.csrf}
            button="Save yours"
          />
        </section>
      </div>
    </>
  )
  return answerPage(c, 'Somebody was faster', content, 409, { parent })
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
