/** A first call that works at once, signed by the shell: on a local server with the demo data's key. */
export function firstCall(origin: string): string {
  const isLocal = ['localhost', '127.0.0.1'].includes(new URL(origin).hostname)
  const [key, secret] = isLocal ? ['demo-key', 'demo-secret'] : ['YOUR_API_KEY', 'YOUR_API_SECRET']
  return [
    `key=${key} secret=${secret}`,
    'sign=$(printf %s "$secret""apiKey$key" | openssl md5 -r | cut -d " " -f 1)',
    `curl -sS "${origin}/apiv2/calendar?apiKey=$key&apiSign=$sign"`,
  ].join('\n')
}
