/** How much of what came is shown back: enough for an address. */
const LONGEST = 80

/** Something that came from outside, fit for a sentence: short, on one line, in plain characters. */
export function shown(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?')
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}...` : plain
}
