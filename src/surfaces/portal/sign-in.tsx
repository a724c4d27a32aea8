import type { FC } from 'hono/jsx'
import { atHome, inEach } from '../../databases'
import type { Marketplace } from '../../domain/marketplace/marketplaces'
import { pathSuffix } from '../../domain/marketplace/marketplaces'
import { listMarketplaces } from '../../domain/marketplace/put-marketplace'
import { csrfToken, endElsewhere, sessionHash } from '../../domain/marketplace/sessions'
import { isGoodLink, useSignInLink } from '../../domain/marketplace/sign-in-links'
import { signedOnByLink } from '../../domain/portal/signed-on'
import { type Env, required } from '../../env'
import { sessionCookie, sessionIdOf } from '../../objects/session-cookie'
import { clock } from '../../platform/clock'
import { sha256Hex } from '../../platform/digest'
import { answerBare, seeOther } from './answers'
import type { PortalCall } from './environment'
import { assertGoodLink, assertOpenRate, assertSignInRate } from './gate'
import { Hidden } from './parts'
import { readForm } from './read-form'
import { Refusal } from './refusals'

/** The ways into the portal (`portal.md`, *Getting in*). */

function signInContext(env: Env) {
  return {
    db: env.DB.withSession('first-primary'),
    now: clock.now(),
    encryptionKey: () => required(env, 'ENCRYPTION_KEY'),
    inEachWrite: [],
  }
}

/** From here on the call works in the database that a link leads to. */
async function enterByLink(c: PortalCall, token: string) {
  c.env = await atHome(c.env, 'link', await sha256Hex(token))
  return signInContext(c.env)
}

/** `GET /portal/sign-in`: how one gets in. */
export async function answerSignIn(c: PortalCall): Promise<Response> {
  await assertOpenRate(c)
  const all = await Promise.all(inEach(c.env).map((env) => listMarketplaces(signInContext(env))))
  const open = all.flat().filter(({ enabled, sso }) => enabled && sso.enabled)
  return answerBare(c, 200, 'Sign in', <Ways marketplaces={open} />)
}

const Ways: FC<{ marketplaces: readonly Marketplace[] }> = ({ marketplaces }) => (
  <>
    {marketplaces.length === 0 ? null : (
      <section>
        <h2>By your marketplace</h2>
        <p>If your company has Daybook from a marketplace, sign in there; it brings you back here.</p>
        <ul class="links">
          {marketplaces.map((marketplace) => (
            <li>
              <a href={`/maestrano/auth/saml/init${pathSuffix(marketplace)}`}>{marketplace.name}</a>
            </li>
          ))}
        </ul>
      </section>
    )}
    <section>
      <h2>By a link</h2>
      <p>
        Otherwise whoever runs this Daybook sends you a sign-in link. It works once and for a limited time;
        ask for a new one when it has ended.
      </p>
    </section>
  </>
)

/** `GET /portal/sign-in/{token}`: a button. Looking changes nothing, since mail scanners look at links too. */
export async function answerSignInLink(c: PortalCall): Promise<Response> {
  const token = c.req.param('token') ?? ''
  await assertGoodLink(c, token, async (given) => isGoodLink(await enterByLink(c, given), given))
  const content = (
    <form method="post" action={`/portal/sign-in/${token}`}>
      <p>This link signs you in to your company’s portal. It works once.</p>
      <Hidden csrf={await csrfToken(token)} />
      <button type="submit" class="button main">
        <span>Sign in</span>
        <span aria-hidden="true">→</span>
      </button>
    </form>
  )
  return answerBare(c, 200, 'Sign in to Daybook', content)
}

/** `POST /portal/sign-in/{token}`: uses the link up and opens a session; the one that the browser had ends. */
export async function answerSignInPost(c: PortalCall): Promise<Response> {
  await assertSignInRate(c)
  const token = c.req.param('token') ?? ''
  // A link that opens nothing is answered so, whatever was posted with it.
  await assertGoodLink(c, token, async (given) => isGoodLink(await enterByLink(c, given), given))
  const context = signInContext(c.env)
  await readForm(c, await csrfToken(token))
  const former = sessionIdOf(c.req.raw)
  const formerHash = former === null ? null : await sessionHash(former)
  const opened = await useSignInLink(context, token, formerHash, (hash) => signedOnByLink(context, hash))
  if (!opened) throw new Refusal('bad_link')
  if (formerHash !== null) await endElsewhere(c.env, formerHash)
  return seeOther(c, '/portal', null, [sessionCookie(opened.sessionId)])
}
