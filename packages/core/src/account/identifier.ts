/**
 * Identifiers: what people sign in with. Two spellings that look or fold alike must never be two accounts (C27), so
 * each is stored under one canonical form and letters of two scripts don't mix.
 */
const MAX_LENGTH = 254

/** Scripts that one identifier may combine (UTS 39 5.2, "highly restrictive"): Latin with one East Asian set. */
const TOGETHER: readonly (readonly string[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Hangul'],
  ['Latin', 'Han', 'Bopomofo'],
]
const SCRIPTS = (
  'Latin Cyrillic Greek Armenian Hebrew Arabic Devanagari Bengali Tamil Thai Georgian Ethiopic Khmer ' +
  'Han Hiragana Katakana Hangul Bopomofo'
)
  .split(' ')
  .map((name) => ({ name, pattern: new RegExp(`\\p{Script=${name}}`, 'u') }))

/**
 * The one form under which an identifier is unique: compatibility-normalised and case-folded, also where folding changes
 * more than case (sharp s, dotless i, final sigma), with one hyphen and one apostrophe.
 */
export function canonicalIdentifier(identifier: string): string {
  const folded = fold(fold(identifier.trim().normalize('NFKC')).normalize('NFKC'))
  return folded
    .replace(/\p{Dash_Punctuation}/gu, '-')
    .replace(/[\u2018\u2019\u201B\u02BC]/g, "'")
    .normalize('NFKC')
}

/** Longer ones can't exist, and PostgreSQL knows no NUL. */
const MAX_TYPED = 1024

/** What somebody typed, as it is looked up: whatever it is, it finds somebody or nobody. */
export function typedIdentifier(typed: string): string {
  return canonicalIdentifier(typed.slice(0, MAX_TYPED)).replaceAll('\0', '')
}

function fold(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i')
}

/** Why a new account can't have this identifier, in words, or `undefined`. */
export function identifierProblem(identifier: string): string | undefined {
  const text = canonicalIdentifier(identifier)
  if (text === '') return 'The identifier is empty.'
  if (text.length > MAX_LENGTH)
    return `The identifier has ${text.length} characters; at most ${MAX_LENGTH} are possible.`
  if (/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(text)) {
    return 'The identifier contains a space or an invisible character.'
  }
  const sign = [...text].find((char) => !/[\p{L}\p{M}]/u.test(char) && char > '~')
  if (sign !== undefined) return `The character "${sign}" can't be used in an identifier.`
  const unknownLetter = [...text].find(
    (char) =>
      /\p{L}/u.test(char) &&
      !SCRIPTS.some(({ pattern }) => pattern.test(char)) &&
      !/\p{Script=Common}/u.test(char),
  )
  if (unknownLetter !== undefined) return `The letter "${unknownLetter}" can't be used in an identifier.`
  const used = SCRIPTS.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name)
  const allowed = used.length <= 1 || TOGETHER.some((set) => used.every((name) => set.includes(name)))
  if (!allowed)
    return `The identifier mixes letters of ${used.join(' and ')}, which look alike; use one script.`
  return undefined
}
