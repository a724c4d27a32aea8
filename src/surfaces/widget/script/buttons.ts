const CLASS = 'ecal-sync-widget-button'

/** What the keyboard reaches and presses by itself. */
const NATIVE = 'a[href], button, input, summary'

/**
 * Calls `open` for a press of any button of the class, also of those that come later, in open shadow roots too. Listens
 * on the way down, since a page may keep events from coming up again.
 */
export function bindButtons(open: (button: Element) => void): void {
  document.addEventListener(
    'click',
    (event) => {
      const button = buttonOf(event)
      if (!button || opensElsewhere(button, event)) return
      event.preventDefault()
      open(button)
    },
    true,
  )
  document.addEventListener(
    'keydown',
    (event) => {
      const button = buttonOf(event)
      const isPress = event.key === 'Enter' || event.key === ' '
      if (!button || !isPress || event.composedPath()[0] !== button || button.matches(NATIVE)) return
      event.preventDefault()
      open(button)
    },
    true,
  )
  const observer = new MutationObserver(describeButtons)
  observer.observe(document, { childList: true, subtree: true })
  describeButtons()
}

function buttonOf(event: Event): Element | undefined {
  return event
    .composedPath()
    .find((target): target is Element => target instanceof Element && target.classList.contains(CLASS))
}

/** A link pressed with these keys is opened in a tab or window of its own, or saved. */
function opensElsewhere(button: Element, event: MouseEvent): boolean {
  return button.matches('a[href]') && (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
}

/** Says of each button that it opens a dialog, and makes one of what the keyboard wouldn't reach. */
function describeButtons(): void {
  for (const button of document.getElementsByClassName(CLASS)) {
    if (button.hasAttribute('aria-haspopup')) continue
    button.setAttribute('aria-haspopup', 'dialog')
    if (button.matches(NATIVE)) continue
    if (!button.hasAttribute('role')) button.setAttribute('role', 'button')
    if (!button.hasAttribute('tabindex')) button.setAttribute('tabindex', '0')
  }
}
