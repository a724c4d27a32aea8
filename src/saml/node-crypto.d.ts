/** What is used here of the runtime's `node:crypto`; the whole of Node's types would bring its globals with them. */
declare module 'node:crypto' {
  export class X509Certificate {
    /** @throws where the text is no certificate */
    constructor(pem: string)
    readonly fingerprint: string
    readonly fingerprint256: string
    readonly validTo: string
    readonly publicKey: {
      readonly asymmetricKeyType?: string | undefined
      readonly asymmetricKeyDetails?: { readonly modulusLength?: number | undefined } | undefined
      export(options: { type: 'spki'; format: 'der' }): Uint8Array
    }
  }
}
