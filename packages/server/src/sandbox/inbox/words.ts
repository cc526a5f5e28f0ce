import type { OutgoingMessage } from '@security-info/core'

/** What a message says on its channel: what a text shows, and what a call reads out once a key was pressed. */
export function wordsOf(channel: string, message: OutgoingMessage): string {
  const words = message.code && WORDS[channel]?.(message, message.code.reveal())
  return (words ?? message.paragraphs).filter((line) => line !== '').join('\n\n')
}

const WORDS: Readonly<Record<string, (message: OutgoingMessage, code: string) => readonly string[]>> = {
  // The last line binds the code to this site: https://wicg.github.io/sms-one-time-codes/
  sms: ({ text, publicUrl }, code) => [text('phone.sms', { code }), `@${publicUrl.hostname} #${code}`],
  voice({ text }, code) {
    const digits = [...code].join(' ')
    return [
      text('phone.callAsk'),
      `${text('phone.callCode')} ${digits}`,
      `${text('phone.callAgain')} ${digits}`,
      text('phone.callGoodbye'),
    ]
  },
}
