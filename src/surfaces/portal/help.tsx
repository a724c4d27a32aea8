import type { FC } from 'hono/jsx'
import { publicOrigin } from '../../env'
import { answerPage } from './answers'
import type { PortalCall } from './environment'

/** `GET /portal/help`: how sharing works, how to connect a system, how people connect their calendars. */
export function answerHelp(c: PortalCall): Promise<Response> {
  const origin = publicOrigin(c.env, c.req.raw)
  const content = (
    <div class="prose">
      <Sharing />
      <ClientSystem origin={origin} />
      <SyncToCalendar />
    </div>
  )
  return answerPage(c, 'Help', content)
}

const Sharing: FC = () => (
  <section>
    <h2>How sharing works</h2>
    <p>
      If your company has Daybook from a marketplace with a data hub, records go both ways between the two.
      Nothing is shared with anybody else. Each kind of record is shared only where your marketplace has it
      switched on.
    </p>
    <h3>What comes from the data hub</h3>
    <ul>
      <li>
        <strong>People</strong> (name, e-mail, phone) become entries of your directory. Nobody is subscribed
        by that: a person connects their calendar themselves, and is then recognised by the e-mail.
      </li>
      <li>
        <strong>Events</strong> become events of the calendar “Connec events”. Cancelled and archived ones are
        taken out again.
      </li>
      <li>
        <strong>Invoices</strong> become payment dates in the private calendar of the person whom they are
        for, once that person has connected a calendar and the e-mail is confirmed: “Payment due” while
        something is open, “Payment received” when it is paid. Drafts and bills of suppliers are left out.
      </li>
    </ul>
    <h3>What goes to the data hub</h3>
    <ul>
      <li>
        <strong>Events</strong> of your public calendars, when they are made, changed or deleted. Drafts and
        private events never go.
      </li>
      <li>
        <strong>Subscribers</strong> (name and e-mail), when they connect a calendar and when a name or e-mail
        changes. The address of their feed never goes, and nothing goes when they leave.
      </li>
    </ul>
    <h3>When</h3>
    <p>
      Everything is fetched once when your company is set up; the first page shows how far that is. From then
      on changes go and come within seconds. Where both sides changed a record, the newer version counts. What
      you delete here stays deleted here. If the data hub can’t be reached, we try again for days; the first
      page tells what failed.
    </p>
    <h3>When the subscription ends</h3>
    <p>
      From that moment nothing is fetched or sent any more, and recurring bills are cancelled at the
      marketplace. The portal and your systems’ keys stop working. The calendars of your subscribers stay as
      they are for a time that the marketplace sets (usually 30 days), and are then empty. What the data hub
      had from us stays there. If the subscription begins again, your data is here as it was and is fetched
      anew.
    </p>
  </section>
)

const ClientSystem: FC<{ origin: string }> = ({ origin }) => (
  <section>
    <h2>Connect your system</h2>
    <ol>
      <li>An Admin makes an API key on the page “Options” and copies its secret, which is shown once.</li>
      <li>
        Your system calls <code>{origin}/apiv2</code> and signs each call with the secret. It finds
        subscribers by e-mail and puts events into calendars.
      </li>
      <li>
        It takes our messages (webhooks) to learn who connected a calendar and who left. Each message is
        signed, and comes again until your system has answered.
      </li>
      <li>To change a key, make a second one, move your systems over, then revoke the first.</li>
    </ol>
  </section>
)

const SyncToCalendar: FC = () => (
  <section>
    <h2>“Sync to Calendar”</h2>
    <h3>By a link</h3>
    <p>
      The page “Options” has a link for each widget. Put it into e-mails, messages and your customer portal.
      It opens a page where a person enters an e-mail and picks a calendar app; no account is needed. Your
      system can add the person’s e-mail to the link, signed, so that nobody can connect with somebody else’s.
    </p>
    <h3>By a widget on your page</h3>
    <p>
      Copy the code from “Options” into your web page where the button is to be. The same form then opens in
      your page; where scripts are off, the button leads to the page of the link.
    </p>
    <p>Whoever connected a calendar can disconnect at any time, by removing it in the calendar app.</p>
  </section>
)
