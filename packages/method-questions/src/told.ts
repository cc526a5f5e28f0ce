import { lengthOf, normalAnswer, wordsOf } from './normal.ts'
import type { Question } from './question.ts'

/** Whose answers they are, as far as others may know. */
export interface Profile {
  /** The identifier they sign in with. */
  readonly username: string
  readonly displayName: string
}

/** Names shorter than this are in too many words to be looked for in them: "Al" in "Alsace". */
const SHORTEST_NAME = 3

/** Whether the question tells the answer: it stands in the text, in any language, or is made of its words. */
export function isInQuestion(answer: string, { text }: Question): boolean {
  return Object.values(text).some((asked) => normalAnswer(asked).includes(answer) || isMadeOf(answer, asked))
}

/**
 * Whether the name or the identifier tells the answer: one is in the other, whatever stands between the letters, or the
 * answer is made of their words.
 */
export function isInProfile(answer: string, { username, displayName }: Profile): boolean {
  const bare = wordsOf(answer).join('')
  return [username, localPart(username), displayName].some((told) => {
    const name = wordsOf(told).join('')
    const holdsName = lengthOf(name) >= SHORTEST_NAME && bare.includes(name)
    return holdsName || name.includes(bare) || isMadeOf(answer, told)
  })
}

function isMadeOf(answer: string, text: string): boolean {
  const words = wordsOf(text)
  return wordsOf(answer).every((word) => words.includes(word))
}

function localPart(username: string): string {
  const at = username.lastIndexOf('@')
  return at < 0 ? username : username.slice(0, at)
}
