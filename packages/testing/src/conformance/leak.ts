/** Whether a sent code is in a text. Six digits are in every fraction of a second, so a code is looked for as a word of its own. */
export function found(text: string, code: string): boolean {
  return new RegExp(`(?<![0-9A-Za-z.])${code}(?![0-9A-Za-z])`).test(text)
}

/** A number or address without what people and programs put between its characters, to look for it in any form. */
export function bare(text: string): string {
  return text.replace(/[^0-9A-Za-z@]/g, '').toLowerCase()
}
