/** The value given, the one there is where none was given, the default where it is cleared or there is none. */
export function pick<T, D extends T>(given: T | null | undefined, current: T | undefined, byDefault: D): T {
  if (given === null) return byDefault
  return given ?? current ?? byDefault
}
