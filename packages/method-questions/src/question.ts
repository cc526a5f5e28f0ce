import { z } from 'zod'

/** A text for people, by locale (BCP 47). English is what every other locale falls back to. */
export interface Texts {
  readonly en: string
  readonly [locale: string]: string
}

/** What a person can be asked. */
export interface Question {
  /** Stable: answers are kept under it. */
  readonly id: string
  readonly text: Texts
}

/** The texts of a question as they are kept; how they have to look is the policy's to say, when they are written. */
export const keptTexts = z.object({ en: z.string() }).catchall(z.string())

/** The text in the first of these locales that there is, or in its language; else in English. */
export function textIn(text: Texts, locales: readonly string[]): string {
  const byTag = new Map(Object.entries(text).map(([tag, words]) => [tag.toLowerCase(), words]))
  const wanted = locales
    .map((locale) => locale.toLowerCase())
    .flatMap((tag) => [tag, tag.split('-')[0] ?? tag])
  return wanted.map((tag) => byTag.get(tag)).find((words) => words !== undefined) ?? text.en
}
