import type { Child } from 'hono/jsx'
import { answerPage } from './answers'
import type { PortalCall } from './environment'
import { Hidden } from './parts'

/** What is asked before something is done that can't be undone. */
export type Question = {
  readonly title: string
  /** Where the form came to, and comes to again. */
  readonly action: string
  /** What will be lost. */
  readonly lost: Child
  /** The button's words. */
  readonly yes: string
  /** Where who thinks better of it goes. */
  readonly back: string
}

/** Whether a form says that the question was answered. */
export function isConfirmed(form: URLSearchParams): boolean {
  return form.get('confirm') === 'yes'
}

/** The question, with a form that answers it (`portal.md`, *Usable by everybody*). Nothing is done yet. */
export function askToConfirm(c: PortalCall, { title, action, lost, yes, back }: Question): Promise<Response> {
  const content = (
    <form method="post" action={action}>
      <Hidden csrf={c.var.csrf} />
      <input type="hidden" name="confirm" value="yes" />
      <p>{lost}</p>
      <p class="row">
        <button type="submit" class="danger">
          {yes}
        </button>
        <a href={back}>No, go back</a>
      </p>
    </form>
  )
  return answerPage(c, title, content)
}
