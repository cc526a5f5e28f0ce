/** Everything that could end a line of a header or begin another one, C0, C1 and the line ends of Unicode. */
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu
/** What turns the reading direction round: with it, `moc.elpmaxe` reads as `example.com`. */
const DIRECTIONS = /[\u202a-\u202e\u2066-\u2069]/g
/** RFC 5322 2.1.1 has lines of 998; nobody reads a subject of that length. */
const LONGEST_LINE = 200

/** Text for a header: one line without controls, whatever a person once called their phone (H9). */
export function oneLine(text: string): string {
  const line = text.replace(DIRECTIONS, '').replace(CONTROLS, ' ').replace(/ {2,}/g, ' ').trim()
  return [...line].slice(0, LONGEST_LINE).join('')
}

/** Text for a body: lines stay, other controls go. */
export function lines(text: string): readonly string[] {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.replace(DIRECTIONS, '').replace(CONTROLS, ' '))
}

/** A language tag (BCP 47) that is nothing else. */
export function languageOf(locale: string): string {
  return /^[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8}){0,5}$/.test(locale) ? locale : 'en'
}
