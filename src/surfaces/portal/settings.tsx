import { z } from 'zod'
import { fieldIssues, oneLine, timeZoneName } from '../../domain/fields'
import { Overtaken } from '../../domain/portal/revisions'
import { changeSettings, readSettings } from '../../domain/portal/settings'
import { answerPage, type PageStatus, seeOther } from './answers'
import type { PortalCall } from './environment'
import { type Entered, entered, Field, ZoneNames } from './fields'
import { answerOvertaken, revisionIn } from './overtaken'
import { FormAlert, Hidden } from './parts'

const PATH = '/portal/settings'

const settings = z.object({ name: oneLine(250, 1), timezone: timeZoneName })

/** `GET /portal/settings`: the company's name and time zone. */
export async function answerSettings(c: PortalCall): Promise<Response> {
  const { revision, ...values } = await readSettings(c.var.context)
  return show(c, { values, issues: [] }, revision)
}

function show(c: PortalCall, form: Entered, revision: number, status: PageStatus = 200): Promise<Response> {
  const of = { form: 'settings', entered: form }
  const content = (
    <form method="post" action={PATH}>
      <Hidden csrf={c.var.csrf} />
      <input type="hidden" name="revision" value={String(revision)} />
      <FormAlert issues={form.issues} />
      <div class="fields">
        <Field
          {...of}
          name="name"
          label="Company name"
          required
          hint={
            c.var.session.company === null
              ? 'People see it where they connect their calendar.'
              : 'People see it where they connect their calendar. Once it is changed here, your marketplace’s name for the company is left aside.'
          }
          width="wide"
        />
        <Field
          {...of}
          name="timezone"
          label="Time zone"
          required
          zones
          hint="Of this portal’s times, of new calendars, and of private events that name none."
          width="wide"
        />
      </div>
      <ZoneNames />
      <button type="submit">Save</button>
    </form>
  )
  return answerPage(c, 'Settings', content, status)
}

/** `POST /portal/settings`: changes them, unless somebody did meanwhile. */
export async function answerSaveSettings(c: PortalCall): Promise<Response> {
  const { context, form } = c.var
  const revision = revisionIn(form)
  const sent = { name: form.get('name') ?? '', timezone: form.get('timezone') ?? '' }
  const parsed = settings.safeParse(sent)
  if (!parsed.success) return show(c, entered(form, fieldIssues(parsed.error)), revision, 422)
  try {
    await changeSettings(context, parsed.data, revision)
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error
    const now = await readSettings(context)
    return answerOvertaken(c, {
      action: PATH,
      revision: now.revision,
      versions: [
        { name: 'name', label: 'Company name', now: now.name, sent: sent.name },
        { name: 'timezone', label: 'Time zone', now: now.timezone, sent: sent.timezone },
      ],
      back: { path: PATH, label: 'Settings' },
    })
  }
  return seeOther(c, PATH, 'settings_saved')
}
