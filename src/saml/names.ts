/** Namespaces and identifiers of SAML 2.0 and XML Signature, as they are written. */

export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const DS = 'http://www.w3.org/2000/09/xmldsig#'
export const XMLNS = 'http://www.w3.org/2000/xmlns/'
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/** Exclusive canonicalisation without comments: its algorithm and the namespace of its parameters. */
export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const ENVELOPED_SIGNATURE = `${DS}enveloped-signature`

export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'
export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
export const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
export const POST_BINDING = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
export const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password'
