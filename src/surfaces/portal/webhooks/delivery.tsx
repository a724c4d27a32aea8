import { replayMessage } from '../../../domain/portal/webhooks'
import { readEndpoint } from '../../../domain/webhooks/endpoints'
import { readDelivery } from '../../../domain/webhooks/log'
import { answerPage, seeOther } from '../answers'
import type { PortalCall } from '../environment'
import { ButtonForm, Facts, Table, Tag, Time, ZoneNote } from '../parts'
import { Refusal } from '../refusals'
import { typeWords } from './form'
import { WEBHOOKS } from './list'
import { answerOf, DeliveryState, durationOf } from './log'
import { endpointName } from './parts'
import { wakeEndpointSoon } from './wake'

const named = (c: PortalCall) => ({ id: c.req.param('id') ?? '', messageId: c.req.param('messageId') ?? '' })

/** `GET /portal/webhooks/{id}/deliveries/{messageId}`: one message with its body and each attempt. */
export async function answerDelivery(c: PortalCall): Promise<Response> {
  const { context, csrf } = c.var
  const { id, messageId } = named(c)
  const [endpoint, entry] = await Promise.all([
    readEndpoint(context, id),
    readDelivery(context, id, messageId),
  ])
  const zone = context.publisher.timezone
  const path = `${WEBHOOKS}/${id}`
  const content = (
    <>
      <Facts
        facts={[
          ['Message', <code>{entry.messageId}</code>],
          ['Type', <code>{entry.type}</code>],
          ['Made', <Time at={entry.createdAt} zone={zone} />],
          ['Outcome', <DeliveryState entry={entry} zone={zone} />],
        ]}
      />
      {endpoint.active ? (
        <ButtonForm action={`${path}/deliveries/${encodeURIComponent(messageId)}/replay`} csrf={csrf}>
          Send again
        </ButtonForm>
      ) : null}
      <section>
        <h2>Attempts</h2>
        {entry.attempts.length === 0 ? (
          <p>None yet.</p>
        ) : (
          <Table caption="Attempts" heads={['Time', 'Answer', 'Duration']}>
            {entry.attempts.map((attempt) => (
              <tr>
                <th scope="row" class="when">
                  <Time at={attempt.at} zone={zone} />
                </th>
                <td data-label="Answer">
                  {answerOf(attempt)}
                  {attempt.replay ? <Tag>sent again</Tag> : null}
                </td>
                <td class="number" data-label="Duration">
                  {durationOf(attempt.durationMs)}
                </td>
              </tr>
            ))}
          </Table>
        )}
        <ZoneNote zone={zone} />
      </section>
      <section>
        <h2>Body</h2>
        <pre class="body">
          <code>{entry.body}</code>
        </pre>
      </section>
    </>
  )
  const parent = { path, label: endpointName(endpoint) }
  return answerPage(c, typeWords(entry.type), content, 200, { parent })
}

/** `POST /portal/webhooks/{id}/deliveries/{messageId}/replay`: one attempt more, now (`webhooks.md` 6). */
export async function answerReplay(c: PortalCall): Promise<Response> {
  const { context } = c.var
  const { id, messageId } = named(c)
  const { success } = await c.env.REPLAY_RATE.limit({ key: `${context.publisher.id} ${id}` })
  if (!success) throw new Refusal('too_many', null, { 'Retry-After': '60' })
  await replayMessage(context, id, messageId)
  wakeEndpointSoon(c, id)
  return seeOther(c, `${WEBHOOKS}/${id}`, 'webhook_replayed')
}
