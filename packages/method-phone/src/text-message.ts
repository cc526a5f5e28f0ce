import type { OutgoingMessage } from '@security-info/core'

/**
 * The words of a text. The last line binds the code to our site, so that browsers fill it in there and nowhere else:
 * https://wicg.github.io/sms-one-time-codes/. With a usual name of the organisation it is one segment of 160 characters.
 */
export function textOf({ code, text, publicUrl, paragraphs, link }: OutgoingMessage): string {
  if (!code) return [...paragraphs, ...(link ? [`${link.label}: ${link.url}`] : [])].join('\n\n')
  const digits = code.reveal()
  return `${plain(text('phone.sms', { code: digits }))}\n\n@${publicUrl.hostname} #${digits}`
}

/** Without line breaks and other control characters: a name must not begin a line of its own, nor break XML (H9). */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]+/gu, ' ').trim()
}
