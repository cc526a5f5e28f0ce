import type { OutgoingMessage } from '@security-info/core'
import { Secret } from '@security-info/core'
import { type FakeTwilio, type FakeTwilioOptions, startFakeTwilio } from '@security-info/testing/twilio'
import { messages } from '../src/messages.ts'
import type { PhoneOptions } from '../src/options.ts'

/** The account of every test; and what a plugin is told of it. */
export const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'the-account-token' }
export const sender = '+15005550006'

export function startTwilio(more: Partial<FakeTwilioOptions> = {}): Promise<FakeTwilio> {
  return startFakeTwilio({ ...account, ...more })
}

export function settingsFor({ baseUrl }: FakeTwilio): NonNullable<PhoneOptions['twilio']> {
  return { ...account, from: sender, baseUrl }
}

/** A message as core hands it over. */
export function outgoing(more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    ref: 'the-ref',
    to: '+12015550123',
    subject: 'Your Example Works code',
    paragraphs: ['Enter this code.'],
    code: new Secret('012345'),
    locale: 'en',
    publicUrl: new URL('https://id.example.org'),
    policy: {},
    signal: new AbortController().signal,
    text: textIn('en'),
    ...more,
  }
}

/** A text of the plugin, as core finds and fills it. */
export function textIn(locale: 'en' | 'de', organisation = 'Example Works') {
  const texts: Readonly<Record<string, string | undefined>> = messages[locale] ?? {}
  return (key: string, values: Readonly<Record<string, string | number>> = {}): string =>
    (texts[key] ?? '').replaceAll(/\{(\w+)\}/g, (all, name: string) =>
      String({ organisation, ...values }[name] ?? all),
    )
}
