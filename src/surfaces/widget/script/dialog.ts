import { dialogWordsFor } from '../dialog-messages'
import css from './dialog.css'

/** Ends the dialog that is open. */
let close: (() => void) | null = null

/** Whether this browser keeps styles that no page's policy refuses, and dialogs above all else. */
export const canShowDialog = 'adoptedStyleSheets' in Document.prototype && 'HTMLDialogElement' in window

export function closeDialog(): void {
  close?.()
}

/**
 * Shows the hosted page in a dialog above the page, in a shadow root that the page's styles don't reach. Focus goes in and
 * stays in; at the end it goes back to `opener`. One is open at a time: the next takes its place.
 */
export function openDialog(address: string, opener: Element | null): void {
  closeDialog()
  const words = dialogWordsFor(navigator.languages)
  const host = document.createElement('div')
  const shadow = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  shadow.adoptedStyleSheets = [sheet]

  const frame = make('iframe', { title: words.title, src: address })
  const title = make('h2', { id: 'title' })
  title.textContent = words.title
  const closeButton = make('button', { type: 'button', 'aria-label': words.close })
  const opening = make('p', {})
  opening.textContent = words.opening
  // Native dialogs let Tab out to the browser's own bars; these two lead it round, the frame's content included.
  const [before, after] = [make('span', { tabindex: '0' }), make('span', { tabindex: '0' })]
  const dialog = make('dialog', { role: 'dialog', 'aria-modal': 'true', 'aria-labelledby': 'title' })
  const bar = make('header', {})
  bar.append(title, closeButton)
  dialog.append(before, bar, opening, frame, after)
  shadow.append(dialog)

  const unlock = lockScrolling()
  const end = () => {
    // A dialog says late that it was closed: by then the next one may be open.
    if (close !== end) return
    close = null
    unlock()
    host.remove()
    if (opener instanceof HTMLElement || opener instanceof SVGElement) opener.focus({ preventScroll: true })
  }
  close = end
  before.addEventListener('focus', () => frame.focus())
  after.addEventListener('focus', () => closeButton.focus())
  closeButton.addEventListener('click', end)
  // By Escape, or by what a device has for it.
  dialog.addEventListener('cancel', end)
  dialog.addEventListener('close', end)
  // The dialog itself is pressed only beside its content, on the backdrop.
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) end()
  })
  frame.addEventListener('load', () => {
    opening.remove()
    endByEscape(frame)
  })
  ;(document.body ?? document.documentElement).append(host)
  dialog.showModal()
  closeButton.focus()
}

/** Escape inside the frame, which only a page of the same origin lets us hear. */
function endByEscape(frame: HTMLIFrameElement): void {
  frame.contentDocument?.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') closeDialog()
  })
}

/** Keeps the page behind where it is, without a jump where its scroll bar was. */
function lockScrolling(): () => void {
  const { style, clientWidth } = document.documentElement
  const { overflow, scrollbarGutter } = style
  if (window.innerWidth > clientWidth) style.scrollbarGutter = 'stable'
  style.overflow = 'hidden'
  return () => {
    style.overflow = overflow
    style.scrollbarGutter = scrollbarGutter
  }
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Record<string, string>) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}
