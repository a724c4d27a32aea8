export const HEALTH_PATH = '/health'
export const OPENAPI_PATH = '/openapi.json'
export const DOCS_PATH = '/docs'
export const POSTMAN_PATH = '/docs/postman.json'

/** What the page is made of. */
export const SCRIPT_PATH = '/docs/page.js'
export const STYLE_PATH = '/docs/page.css'
export const COMPONENT_PATH = '/docs/component.js'
