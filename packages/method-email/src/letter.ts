import type { OutgoingMessage } from '@security-info/core'
import { languageOf, lines, oneLine } from './clean.ts'
import { htmlOf } from './html.ts'
import { policy } from './policy.ts'

/** A message as words: what stands in the subject, and the body twice, for readers with and without HTML. */
export interface Letter {
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The parts of a body, in order; the texts are clean but not escaped. */
export interface Body {
  readonly language: string
  /** For the title: never with the code. */
  readonly title: string
  /** Each is its lines. The first says what the code is for. */
  readonly paragraphs: readonly (readonly string[])[]
  readonly code?: string
  readonly link?: { readonly label: string; readonly url: string }
}

/** Writes the letter. Its words are core's; ours are only those of a subject with the code. */
export function writeLetter(message: OutgoingMessage): Letter {
  const code = message.code?.reveal()
  const { codeInSubject } = policy.parse(message.policy)
  const body: Body = {
    language: languageOf(message.locale),
    title: oneLine(message.subject),
    paragraphs: message.paragraphs.map(lines),
    ...(code === undefined ? {} : { code }),
    ...(message.link ? { link: { label: oneLine(message.link.label), url: message.link.url } } : {}),
  }
  const subject =
    code !== undefined && codeInSubject ? oneLine(message.text('email.codeSubject', { code })) : body.title
  return { language: body.language, subject, text: textOf(body), html: htmlOf(body) }
}

/** The body as plain text: what stands in the HTML, in the same order. */
function textOf({ paragraphs, code, link }: Body): string {
  const [first = [], ...rest] = paragraphs.map((paragraph) => paragraph.join('\n'))
  const parts = [first, ...(code === undefined ? [] : [code]), ...rest]
  return `${[...parts, ...(link ? [`${link.label}:\n${link.url}`] : [])].join('\n\n')}\n`
}
