/**
 * Puts the component where the list of operations stood, in the colours of the page, and lets the first call be copied.
 * Should the component fail, the list stays.
 */
export const pageScript = `'use strict'
{
  const place = document.getElementById('reference')
  const dark = matchMedia('(prefers-color-scheme: dark)')

  const themeOf = () => {
    const style = getComputedStyle(document.documentElement)
    const of = (name) => style.getPropertyValue(name).trim()
    const panel = dark.matches ? of('--sheet') : of('--ink')
    const code = dark.matches ? of('--paper') : '#2b3036'
    const [paper, sheet, ink, soft, rule, accent] = ['--paper', '--sheet', '--ink', '--ink-soft', '--rule', '--accent'].map(of)
    // The panel of examples is dark in the light, too.
    const panelText = '#eceae4'
    const plain = { fontFamily: 'system-ui, sans-serif', fontSize: '16px', lineHeight: '1.5' }
    const methods = ['get', 'post', 'put', 'options', 'patch', 'delete', 'basic', 'link', 'head']
    return {
      colors: {
        primary: { main: accent, light: accent, contrastText: of('--accent-ink') },
        success: { main: of('--paid') },
        warning: { main: of('--due') },
        error: { main: of('--late') },
        text: { primary: ink, secondary: soft },
        border: { dark: rule, light: rule },
        responses: {
          success: { color: of('--paid'), backgroundColor: sheet, tabTextColor: panelText },
          redirect: { color: of('--due'), backgroundColor: sheet, tabTextColor: panelText },
          info: { color: soft, backgroundColor: sheet, tabTextColor: panelText },
          error: { color: of('--late'), backgroundColor: sheet, tabTextColor: panelText },
        },
        http: Object.fromEntries(methods.map((method) => [method, accent])),
      },
      schema: { linesColor: rule, typeNameColor: soft, typeTitleColor: soft, requireLabelColor: of('--late'), nestedBackground: sheet, arrow: { color: soft } },
      typography: {
        ...plain,
        headings: { fontFamily: plain.fontFamily, fontWeight: '600' },
        code: { fontFamily: 'ui-monospace, monospace', fontSize: '14px', color: ink, backgroundColor: paper, wrap: true },
        links: { color: accent, visited: accent, hover: accent },
      },
      sidebar: { width: '280px', backgroundColor: sheet, textColor: ink, activeTextColor: accent, arrow: { color: soft } },
      rightPanel: {
        backgroundColor: panel,
        textColor: panelText,
        servers: { overlay: { backgroundColor: sheet, textColor: ink }, url: { backgroundColor: paper } },
      },
      codeBlock: { backgroundColor: code },
      fab: { backgroundColor: sheet, color: accent },
    }
  }

  const show = () => {
    const box = document.createElement('div')
    const settings = {
      theme: themeOf(),
      disableSearch: true,
      hideDownloadButtons: true,
      hideLoading: true,
      nativeScrollbars: true,
      expandResponses: '200,201',
      hideHostname: true,
      jsonSamplesExpandLevel: 'all',
      schemasExpansionLevel: 1,
    }
    place.append(box)
    Redoc.init(place.dataset.document, settings, box, (error) => {
      if (error) return box.remove()
      for (const child of [...place.children]) if (child !== box) child.remove()
    })
  }

  const copy = document.getElementById('copy')
  if (navigator.clipboard) {
    copy.hidden = false
    copy.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById('first-call').textContent.trim())
      document.getElementById('copied').textContent = 'Copied'
    })
  }

  dark.addEventListener('change', show)
  show()
}
`
