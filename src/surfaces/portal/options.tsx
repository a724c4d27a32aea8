import type { FC } from 'hono/jsx'
import { DomainError } from '../../domain/errors'
import {
  isRevocable,
  type ListedKey,
  listKeys,
  makeKey,
  revealFirstSecret,
  revokeOwnKey,
} from '../../domain/portal/keys'
import { listWidgets } from '../../domain/widgets'
import { publicOrigin } from '../../env'
import { answerPage, seeOther } from './answers'
import { askToConfirm, isConfirmed } from './confirm'
import { Embedding } from './embedding'
import type { PortalCall } from './environment'
import { dateOnly } from './format'
import { PAGE_ROWS, Pager, pageAsked, rowsOf } from './pages'
import { ButtonForm, Hidden, newFormId, State, Table, ZoneNote } from './parts'
import { formIdOf } from './read-form'
import { Refusal } from './refusals'
import { Secret } from './secret'

const PATH = '/portal/options'
const KEYS = `${PATH}/keys`

/** `GET /portal/options`: API keys, never a secret; the widget and how to embed it. */
export async function answerOptions(c: PortalCall): Promise<Response> {
  const { context, csrf } = c.var
  const page = pageAsked(c.req.query('page'))
  if (page === null) throw new Refusal('not_found')
  const [keys, [live], widgets] = await Promise.all([
    listKeys(context, rowsOf(page)),
    listKeys(context, { limit: 1, offset: 0 }),
    listWidgets(context, { page: 1, limit: PAGE_ROWS }),
  ])
  const apiKey = live?.state === 'live' ? live.apiKey : null
  const zone = context.publisher.timezone
  const content = (
    <>
      <section>
        <h2>API keys</h2>
        <p>
          Your systems sign their calls with a key and its secret. A secret is shown once, when it is made.
        </p>
        <KeyTable keys={keys.slice(0, PAGE_ROWS)} csrf={csrf} zone={zone} />
        <Pager path={PATH} page={page} hasNext={keys.length > PAGE_ROWS} />
        <NewKey csrf={csrf} />
      </section>
      <Embedding widgets={widgets} apiKey={apiKey} origin={publicOrigin(c.env, c.req.raw)} />
      <ZoneNote zone={zone} />
    </>
  )
  return answerPage(c, 'Options', content)
}

const KeyTable: FC<{ keys: readonly ListedKey[]; csrf: string; zone: string }> = ({ keys, csrf, zone }) =>
  keys.length === 0 ? (
    <p>There is no key yet.</p>
  ) : (
    <Table caption="API keys" heads={['Key', 'Created', 'Last used', 'State', '']}>
      {keys.map((key) => (
        <tr>
          <th scope="row">
            <code>{key.apiKey}</code>
          </th>
          <td class="when" data-label="Created">
            {dateOnly(key.createdAt, zone)}
          </td>
          <td class="when" data-label="Last used">
            {key.lastUsedAt === null ? 'Never' : dateOnly(key.lastUsedAt, zone)}
          </td>
          <td>
            <KeyState state={key.state} />
          </td>
          <td class="actions">
            {key.isUnseen ? (
              <ButtonForm action={`${KEYS}/${key.apiKey}/reveal`} csrf={csrf}>
                Show the first secret
              </ButtonForm>
            ) : null}
            {key.state === 'live' ? (
              <ButtonForm action={`${KEYS}/${key.apiKey}/revoke`} csrf={csrf} label={`Revoke ${key.apiKey}`}>
                Revoke
              </ButtonForm>
            ) : null}
          </td>
        </tr>
      ))}
    </Table>
  )

const KeyState: FC<Pick<ListedKey, 'state'>> = ({ state }) => {
  switch (state) {
    case 'live':
      return <State kind="good">In use</State>
    case 'expired':
      return <State kind="over">Expired</State>
    case 'revoked':
      return <State kind="over">Revoked</State>
  }
}

const NewKey: FC<{ csrf: string }> = ({ csrf }) => (
  <form method="post" action={KEYS} class="sheet">
    <h3>New key</h3>
    <Hidden csrf={csrf} formId={newFormId()} />
    <label class="choice">
      <input type="checkbox" name="md5" value="on" aria-describedby="md5-hint" />
      <span>Also accept MD5 signatures</span>
    </label>
    <p class="soft" id="md5-hint">
      Only for systems that can’t sign with SHA-256.
    </p>
    <button type="submit">Make a key</button>
  </form>
)

/** `POST /portal/options/keys`: makes a key and shows its secret, to the first post of the form alone. */
export async function answerNewKey(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const md5 = form.get('md5') === 'on'
  const { result, secret } = await makeKey(context, { path: KEYS, formId: formIdOf(form) }, md5)
  const content =
    secret === null ? (
      <>
        <p class="note">
          This key was made before by the same form. Its secret was shown then, and isn’t shown a second time.
        </p>
        <p>
          Key: <code>{result}</code>
        </p>
        <p>If you did not copy the secret, revoke this key and make a new one.</p>
        <p>
          <a href={PATH}>Back to Options</a>
        </p>
      </>
    ) : (
      <Secret apiKey={result ?? ''} secret={secret} />
    )
  return answerPage(c, secret === null ? 'The key is there already' : 'Your new key', content)
}

/** `POST /portal/options/keys/{apiKey}/reveal`: the secret of the company's first key, once. */
export async function answerReveal(c: PortalCall): Promise<Response> {
  const apiKey = c.req.param('apiKey') ?? ''
  const secret = await revealFirstSecret(c.var.context, apiKey)
  return answerPage(c, 'Your first key', <Secret apiKey={apiKey} secret={secret} />)
}

/** `POST /portal/options/keys/{apiKey}/revoke`: asks first. */
export async function answerRevoke(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const apiKey = c.req.param('apiKey') ?? ''
  if (!isConfirmed(form)) {
    if (!(await isRevocable(context, apiKey))) throw new DomainError('not_found')
    return askToConfirm(c, {
      title: 'Revoke this key?',
      action: `${KEYS}/${apiKey}/revoke`,
      lost: `Systems that sign with ${apiKey} are refused from then on, and it can’t be brought back.`,
      yes: 'Revoke the key',
      back: PATH,
    })
  }
  await revokeOwnKey(context, apiKey)
  return seeOther(c, PATH, 'key_revoked')
}
