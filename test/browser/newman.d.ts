/** What is used of Newman, which has no types of its own. */
declare module 'newman' {
  type Execution = {
    readonly item: { readonly name: string }
    readonly request: { readonly url: { toString(): string } }
    readonly response?: { readonly code: number; text(): string }
  }
  type Summary = { readonly run: { readonly executions: readonly Execution[] } }
  type Options = { collection: object; folder: string[]; color: 'off'; reporters: string[] }
  const newman: { run(options: Options, done: (error: Error | null, summary: Summary) => void): void }
  export default newman
}
