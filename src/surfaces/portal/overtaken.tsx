import { answerPage } from './answers'
import type { PortalCall } from './environment'
import { Facts, Hidden } from './parts'
import { Refusal } from './refusals'
import type { PageLink } from './shell'

/** A field of a record as two people would have it. */
export type Version = {
  readonly name: string
  readonly label: string
  /** As it stands, and as it was sent: the texts that the form's fields hold. */
  readonly now: string
  readonly sent: string
  /** Of a field that may stand several times: what the form sends of it. */
  readonly posted?: readonly string[]
  /** How such a text is said, where it isn't its own words. */
  readonly inWords?: ((text: string) => string) | undefined
}

type Clash = {
  readonly action: string
  readonly revision: number
  readonly versions: readonly Version[]
  /** Where the record is shown. */
  readonly back: PageLink
}

/** 409: somebody else saved first. Both versions side by side, and a way to save one's own on top of theirs. */
export function answerOvertaken(c: PortalCall, { action, revision, versions, back }: Clash) {
  const shown = (version: Version, text: string) => {
    const words = (version.inWords?.(text) ?? text) || '—'
    return version.now === version.sent ? words : <mark>{words}</mark>
  }
  const content = (
    <>
      <p>
        While you were writing, somebody else saved a change. Nothing of yours was saved yet; what differs is
        marked.
      </p>
      <div class="versions">
        <section class="sheet" aria-labelledby="version-now">
          <h2 id="version-now">As it is now</h2>
          <Facts facts={versions.map((version) => [version.label, shown(version, version.now)])} />
        </section>
        <section class="sheet" aria-labelledby="version-sent">
          <h2 id="version-sent">As you sent it</h2>
          <Facts facts={versions.map((version) => [version.label, shown(version, version.sent)])} />
        </section>
      </div>
      <form method="post" action={action}>
        <Hidden csrf={c.var.csrf} />
        <input type="hidden" name="revision" value={String(revision)} />
        {versions.flatMap(({ name, sent, posted = [sent] }) =>
          posted.map((value) => <input type="hidden" name={name} value={value} />),
        )}
        <p class="row">
          <button type="submit">Save mine on top</button>
          <a href={back.path}>Keep what is there</a>
        </p>
      </form>
    </>
  )
  return answerPage(c, 'Somebody else changed this', content, 409, { parent: back })
}

/** The revision that a form showed. @throws Refusal `malformed` for what no form of ours sends */
export function revisionIn(form: URLSearchParams): number {
  const text = form.get('revision') ?? ''
  if (!/^\d{1,15}$/.test(text)) throw new Refusal('malformed')
  return Number(text)
}
