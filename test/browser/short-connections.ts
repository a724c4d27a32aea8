/**
 * Gives idle connections up after a second. The server does so after five, and a call that was just being sent on one of
 * them would be lost where this process, busy with something else, hadn't heard of it.
 */
const dispatcher = Symbol.for('undici.globalDispatcher.1')
const shared = globalThis as { [dispatcher]?: object }

// Node makes its dispatcher with the first call, and lets nobody else import the class of it.
await fetch('data:,')
const Agent = shared[dispatcher]?.constructor as new (options: object) => object
shared[dispatcher] = new Agent({ keepAliveTimeout: 1_000, keepAliveMaxTimeout: 1_000 })

export {}
