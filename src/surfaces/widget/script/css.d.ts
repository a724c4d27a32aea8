/** A style sheet, minified by `scripts/build-widget.mjs`. */
declare module '*.css' {
  const text: string
  export default text
}
