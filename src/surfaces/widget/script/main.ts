import { bindButtons } from './buttons'
import { canShowDialog, closeDialog, openDialog } from './dialog'
import { pageAddress, type Settings, settingsOfButton } from './parameters'

declare global {
  interface Window {
    EcalWidget?: { init(settings: Settings): void; show(settings?: Settings): void; hide(): void }
  }
}

/**
 * `/widget.js`: "Sync to Calendar" buttons on any site open the hosted page above it. The page comes from wherever this
 * script came from. A second include finds the first one's work done.
 */
function start(origin: string): void {
  let defaults: Settings = {}
  const open = (settings: Settings, opener: Element | null) => {
    const address = pageAddress(origin, defaults, settings)
    if (canShowDialog) openDialog(address, opener)
    else location.assign(address)
  }
  window.EcalWidget = {
    init: (settings) => {
      defaults = { ...defaults, ...settings }
    },
    show: (settings = {}) => open(settings, document.activeElement),
    hide: closeDialog,
  }
  bindButtons((button) => open(settingsOfButton(button, origin), button))
}

// As a module a script isn't the current one.
const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]')
if (script instanceof HTMLScriptElement && script.src && typeof window.EcalWidget?.show !== 'function') {
  start(new URL(script.src).origin)
}
