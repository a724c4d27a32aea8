/**
 * The server's clock. Each request reads it once; tests set it inside the process, and no header, parameter or
 * body can.
 */
export const clock = {
  /** Epoch milliseconds. */
  now: (): number => Date.now(),
}
