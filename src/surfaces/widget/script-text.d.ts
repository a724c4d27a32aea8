/** A text that the Worker carries along; `dist/widget.txt` is made by `scripts/build-widget.mjs`. */
declare module '*.txt' {
  const text: string
  export default text
}
