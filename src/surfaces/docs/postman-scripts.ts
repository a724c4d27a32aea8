/** Scripts that Postman runs: before each call, and after those whose answer later calls need. */
export const scripts = {
  /** Signs calls of the publisher API (`publisher-api.md` 1.2), as they will be sent. */
  sign: `
if (/^\\/apiv2(\\/|$)/.test(pm.request.url.getPath())) {
  const CryptoJS = require('crypto-js')
  const filled = (text) => pm.variables.replaceIn(text || '')
  const { query } = pm.request.url
  query.remove((parameter) => ['apiKey', 'apiSign', 'apiSign256'].includes(parameter.key))
  query.add({ key: 'apiKey', value: pm.variables.get('apiKey') })
  const parameters = query
    .filter((parameter) => !parameter.disabled)
    .map((parameter) => [filled(parameter.key), filled(parameter.value)])
    .sort(([a], [b]) => (a < b ? -1 : 1))
  let signed = pm.variables.get('apiSecret') + parameters.map(([name, value]) => name + value).join('')
  if (['POST', 'PUT'].includes(pm.request.method) && pm.request.body && pm.request.body.raw) {
    const body = filled(pm.request.body.raw)
    pm.request.body.update({ mode: 'raw', raw: body })
    signed += body
  }
  query.add({ key: 'apiSign', value: CryptoJS.MD5(signed).toString() })
}
`,
  keepAccessToken: `
if (pm.response.code === 200) pm.collectionVariables.set('accessToken', pm.response.json().access_token)
`,
  keepPersonToken: `
if (pm.response.code === 200) pm.collectionVariables.set('personToken', pm.response.json().data.token)
`,
} as const
