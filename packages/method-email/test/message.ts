import { type OutgoingMessage, Secret, type Texts } from '@security-info/core'
import { messages } from '../src/messages.ts'

/** A message as core would hand it over. */
export function outgoing(over: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const texts: Texts = (over.locale === 'de' && messages.de) || messages.en
  return {
    ref: 'BN8tbPzGRHOmDRvOGvcYdQ',
    to: 'ada@example.org',
    subject: 'Your Example Works code',
    paragraphs: ['Enter this code to confirm that it is you.', 'Nobody will ever ask you for it.'],
    locale: 'en',
    publicUrl: new URL('https://id.example.org'),
    policy: {},
    text: (key, values = {}) => {
      const all: Readonly<Record<string, unknown>> = { organisation: 'Example Works', ...values }
      return (texts[key] ?? '').replace(/\{(\w+)\}/g, (_, name: string) => String(all[name]))
    },
    signal: new AbortController().signal,
    ...over,
  }
}

/** One with a code. */
export function outgoingCode(code: string, over: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return outgoing({ code: new Secret(code), ...over })
}

/** What people, proxies and other systems may try to bring into a mail (H9). */
export const payloads: readonly string[] = [
  'Phone\r\nBcc: eve@evil.example',
  'Phone\nBcc: eve@evil.example',
  'Phone\rBcc: eve@evil.example',
  'Phone\r\n\r\n<h1>Body</h1>',
  'Phone\r\n.\r\nMAIL FROM:<eve@evil.example>',
  '\r\n\tfolded: yes',
  'Phone\u0085Bcc: eve@evil.example',
  'Phone\u2028Bcc: eve@evil.example\u2029',
  'Phone\u000bBcc: eve@evil.example\u000c',
  'Phone\u0000\u0007\u001b[31m',
  '=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?=',
  '=?utf-8?Q?=0D=0ABcc:_eve@evil.example?=',
  '\u202egro.elpmaxe\u202c \u2066x\u2069',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><a href="https://evil.example">click</a>',
  "' onmouseover='alert(1)",
  '</title><script src=//evil.example></script>',
  '<!-- --><![CDATA[ ]]> &lt;b&gt; &amp; `$ {x}`',
  '--_boundary--\r\nContent-Type: text/html\r\n\r\n<b>x</b>',
  '😀'.repeat(400),
  'x'.repeat(5000),
]
