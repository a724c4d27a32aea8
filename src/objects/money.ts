/** `50.00`: cents with exactly two decimals. */
export function moneyText(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): object }

/** An amount for `JSON.stringify`: a number of exactly two decimals (`payments.md` 1). */
export function moneyJson(cents: number): object {
  return rawJSON(moneyText(cents))
}
