/** What nobody sees, and copying brings along: joiners, soft hyphens, marks of direction. Lone surrogates are no text. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cs}]/gu
/** What looks empty, also where Unicode does not call it a space: NEL, and the blank pattern of Braille. */
const WHITE = /[\s\u0085\u2800]+/gu
/** What keyboards and "smart punctuation" put for one sign. */
const APOSTROPHES = /[\u2018\u2019\u201b\u02bc\u2032\u00b4\u1ffd`]/gu
const QUOTES = /[\u201c-\u201f\u2033\u00ab\u00bb]/gu

/**
 * The form in which answers are compared and hashed: compatibility-normalised, without regard to case, widths, white space
 * at the ends or how much there is of it, the make of dashes and quotation marks, and what can't be seen. It is the same for
 * what it gave itself.
 *
 * Only this form's hash is kept, so a change here makes right answers wrong for everybody who registered before.
 */
export function normalAnswer(text: string): string {
  // What one step gives may be something for another: a character that goes lets its neighbours compose, for one.
  let normal = once(text)
  for (let next = once(normal); next !== normal; next = once(normal)) normal = next
  return normal
}

function once(text: string): string {
  const visible = text.replace(INVISIBLE, '').replace(APOSTROPHES, "'").replace(QUOTES, '"')
  return folded(visible.normalize('NFKC'))
    .replace(/\p{Pd}/gu, '-')
    .replace(WHITE, ' ')
    .replace(/\p{Cc}/gu, '')
    .trim()
}

/** Case folded, also where that changes more than case: sharp s, dotless i, final sigma. */
function folded(text: string): string {
  return text.toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i')
}

/** The words of a text in normal form: what stands between spaces and punctuation. */
export function wordsOf(text: string): readonly string[] {
  return normalAnswer(text).match(/[\p{L}\p{M}\p{N}\p{S}]+/gu) ?? []
}

/** How many characters a text has, as people count them: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  return [...text].length
}
