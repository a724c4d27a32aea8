import { DomainError } from '../../../domain/errors'
import { isAtLeast } from '../../../domain/marketplace/roles'
import { allEndpoints, makeEndpoint } from '../../../domain/portal/webhooks'
import { answerPage, type PageStatus } from '../answers'
import type { PortalCall } from '../environment'
import { Empty, Folded, newFormId, ZoneNote } from '../parts'
import { formIdOf } from '../read-form'
import { Copied } from '../secret'
import { EndpointFields } from './form'
import { EndpointTable } from './parts'
import { type EnteredEndpoint, endpointValues, enteredEndpoint, nothingEntered } from './values'

export const WEBHOOKS = '/portal/webhooks'

/** `GET /portal/webhooks`: the endpoints, and how each does. */
export function answerWebhooks(c: PortalCall): Promise<Response> {
  return showWebhooks(c, nothingEntered, newFormId())
}

async function showWebhooks(
  c: PortalCall,
  entered: EnteredEndpoint,
  formId: string,
  status: PageStatus = 200,
): Promise<Response> {
  const { context, csrf, session } = c.var
  const endpoints = await allEndpoints(context)
  const zone = context.publisher.timezone
  const mayWrite = isAtLeast(session.user.role, 'Power User')
  const content = (
    <>
      <p>
        Daybook tells your systems what happens: it posts a signed message to each address that you enter.
      </p>
      {endpoints.length === 0 ? (
        <Empty title="No system is told yet">
          <p>
            {mayWrite
              ? 'Enter the address of your system below. You get a secret by which it knows our messages.'
              : 'A Power User of your company can enter the address of your system here.'}
          </p>
        </Empty>
      ) : (
        <>
          <EndpointTable endpoints={endpoints} zone={zone} />
          <ZoneNote zone={zone} />
        </>
      )}
      {mayWrite ? (
        <Folded label="New endpoint" isOpen={endpoints.length === 0 || entered.issues.length > 0}>
          <EndpointFields
            entered={entered}
            endpoint={null}
            action={WEBHOOKS}
            csrf={csrf}
            formId={formId}
            button="Make the endpoint"
          />
        </Folded>
      ) : null}
    </>
  )
  return answerPage(c, 'Webhooks', content, status)
}

/** `POST /portal/webhooks`: makes an endpoint and shows its secret, to the first post of the form alone. */
export async function answerNewEndpoint(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const formId = formIdOf(form)
  const entered = enteredEndpoint(form)
  try {
    const values = endpointValues(c, entered, null)
    const { result, secret } = await makeEndpoint(context, { path: WEBHOOKS, formId }, values)
    return answerSecret(c, { id: result ?? '', secret, title: 'Your new endpoint' })
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'invalid') throw error
    return showWebhooks(c, { ...entered, issues: error.issues }, formId, 422)
  }
}

/** A signing secret, on the one page that ever shows it; `secret`: null where it was shown before. */
export function answerSecret(
  c: PortalCall,
  { id, secret, title }: { readonly id: string; readonly secret: string | null; readonly title: string },
): Promise<Response> {
  const path = `${WEBHOOKS}/${id}`
  const content =
    secret === null ? (
      <>
        <p class="note">
          The same form did this before. The secret was shown then, and isn’t shown a second time.
        </p>
        <p>If you did not copy it, give the endpoint a new one.</p>
        <p>
          <a href={path}>Go to the endpoint</a>
        </p>
      </>
    ) : (
      <>
        <p class="note">
          <strong>Copy the secret now.</strong> It is shown this once: nobody, we neither, can show it to you
          again. By it your system knows that a message is ours.
        </p>
        <div class="sheet">
          <Copied id="secret" label="Signing secret" value={secret} />
        </div>
        <p>
          <a href={path}>Go to the endpoint</a>, where you can send a test.
        </p>
      </>
    )
  return answerPage(c, secret === null ? 'This was done already' : title, content, 200, {
    parent: { path: WEBHOOKS, label: 'Webhooks' },
  })
}
