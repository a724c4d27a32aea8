import type { FC } from 'hono/jsx'
import { isAtLeast } from '../../../domain/marketplace/roles'
import { OVERLAP_HOURS } from '../../../domain/portal/webhooks'
import { type EndpointRow, readEndpoint } from '../../../domain/webhooks/endpoints'
import { listDeliveries } from '../../../domain/webhooks/log'
import { answerPage, type PageStatus } from '../answers'
import type { PortalCall } from '../environment'
import { PAGE_ROWS, Pager, pageAsked } from '../pages'
import { ButtonForm, Facts, Folded, Hidden, newFormId, Time, ZoneNote } from '../parts'
import { Refusal } from '../refusals'
import { EndpointFields, typeWords } from './form'
import { WEBHOOKS } from './list'
import { DeliveryTable, LogViews, outcomeAsked } from './log'
import { EndpointState, endpointName, Last } from './parts'
import type { EnteredEndpoint } from './values'

export const pathOf = (id: string) => `${WEBHOOKS}/${id}`
const parent = { path: WEBHOOKS, label: 'Webhooks' }

/** `GET /portal/webhooks/{id}`: an endpoint, and what became of each message to it. */
export async function answerWebhook(c: PortalCall): Promise<Response> {
  return showWebhook(c, await readEndpoint(c.var.context, c.req.param('id') ?? ''), null)
}

/** The page of an endpoint; `entered`: what its form said, where it comes back. */
export async function showWebhook(
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
          path={path}
          query={outcome === null ? {} : { outcome }}
          page={page}
          hasNext={listed.length > PAGE_ROWS}
        />
        <ZoneNote zone={zone} />
      </section>
      {mayWrite ? (
        <Folded label="Change this endpoint" isOpen={entered !== null}>
          <EndpointFields
            entered={entered ?? asItIs(endpoint)}
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

const asItIs = ({ url, events, description }: EndpointRow): EnteredEndpoint => {
  return { url, events, description, issues: [] }
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
