import { describe, expect, it } from 'vitest'
import { languageOf, lines, oneLine } from '../src/clean.ts'
import { escapeHtml } from '../src/html.ts'
import { writeLetter } from '../src/letter.ts'
import { outgoing, outgoingCode, payloads } from './message.ts'

const LINK = { label: "This wasn't me", url: 'https://id.example.org/undo#t=abc&x="1"' }

/** The words of an HTML body, as a reader shows them. */
function wordsOf(html: string): string {
  return html
    .replace(/^.*<body>/s, '')
    .replace(/<br>|<\/p>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
}
const flat = (text: string) => text.replace(/\s+/g, ' ').trim()

/** The tags of an HTML text; whatever was escaped is none. */
const tagsOf = (html: string) => html.match(/<[^>]*>/g) ?? []

describe('A letter', () => {
  it('says the same in text and HTML, in the same order', () => {
    const letter = writeLetter(outgoingCode('012345', { link: LINK }))
    expect(letter.text).toBe(
      "Enter this code to confirm that it is you.\n\n012345\n\nNobody will ever ask you for it.\n\nThis wasn't me:\n" +
        `${LINK.url}\n`,
    )
    expect(flat(wordsOf(letter.html))).toBe(flat(letter.text).replace('me:', 'me'))
  })

  it('shows the code in the subject, unless policy forbids it', () => {
    const subject = (over = {}) => writeLetter(outgoingCode('012345', over)).subject
    expect(subject()).toBe('012345 is your Example Works code')
    expect(subject({ locale: 'de' })).toBe('012345 ist Ihr Code für Example Works')
    expect(subject({ policy: { codeInSubject: false, allowedFor: [] } })).toBe('Your Example Works code')
    expect(writeLetter(outgoing()).subject).toBe('Your Example Works code')
    expect(writeLetter(outgoingCode('012345')).html).toContain('<title>Your Example Works code</title>')
  })

  it('keeps the code copyable: no spaces, no markup inside', () => {
    expect(writeLetter(outgoingCode('012345')).html).toMatch(/<p style='[^']*' dir="ltr">012345<\/p>/)
  })

  it('says its language, and sets no colours', () => {
    const { html, language } = writeLetter(outgoingCode('012345', { locale: 'de', link: LINK }))
    expect(language).toBe('de')
    expect(html).toContain('<html lang="de">')
    expect(html).toContain('<div lang="de" dir="auto"')
    expect(html).toContain('<meta name="color-scheme" content="light dark">')
    expect(html).not.toMatch(/background|#[0-9a-f]{3,6}\b(?!;)|<table|color:(?!inherit)/i)
  })

  it('loads nothing, and links to nothing but what it was given', () => {
    const { html } = writeLetter(outgoingCode('012345', { link: LINK }))
    expect(html).not.toMatch(/<(img|link|script|iframe|object|video|audio|form|input|base|svg)|src=|url\(/i)
    const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map((match) => wordsOf(match[1] ?? ''))
    expect(hrefs).toEqual([LINK.url, LINK.url])
    expect(html.match(/https?:/g)).toHaveLength(3)
    expect(writeLetter(outgoingCode('012345')).html).not.toMatch(/href|https?:/)
  })

  const plain = tagsOf(writeLetter(outgoing({ link: { label: 'x', url: 'https://id.example.org' } })).html)
  it.each(payloads.map((payload) => [JSON.stringify(payload).slice(0, 60), payload]))(
    'lets nothing out of its place: %s',
    (_, payload) => {
      const letter = writeLetter(
        outgoing({
          subject: payload,
          paragraphs: [payload.replaceAll(/[\r\n\u2028\u2029]/g, ' '), 'Second.'],
          link: { label: payload, url: 'https://id.example.org' },
        }),
      )
      expect(letter.subject).toMatch(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u)
      expect([...letter.subject].length).toBeLessThanOrEqual(200)
      expect(tagsOf(letter.html)).toEqual(plain)
      expect(letter.html).not.toMatch(/[^\P{Cc}\n]/u)
      expect(letter.text).not.toMatch(/[^\P{Cc}\n]/u)
    },
  )

  it('takes no language but a tag', () => {
    expect(languageOf('de-AT')).toBe('de-AT')
    expect(languageOf('zh-Hant-TW')).toBe('zh-Hant-TW')
    for (const odd of ['', 'de"><script>', 'de\r\nBcc: x', 'de_AT', 'x'.repeat(40)])
      expect(languageOf(odd)).toBe('en')
  })

  it('keeps the lines of a paragraph', () => {
    expect(lines('one\ntwo\r\nthree\tfour')).toEqual(['one', 'two', 'three four'])
    const { html, text } = writeLetter(outgoing({ paragraphs: ['one\ntwo <3'] }))
    expect(html).toContain('<p>one<br>two &#60;3</p>')
    expect(text).toContain('one\ntwo <3')
  })

  it('cuts no character in half, and escapes every one that matters', () => {
    expect(oneLine('😀'.repeat(300))).toBe('😀'.repeat(200))
    expect(escapeHtml(`&<>"'\``)).toBe('&#38;&#60;&#62;&#34;&#39;&#96;')
  })
})
