import type { OutgoingMessage } from '../contract/channel.ts'
import { Secret } from '../crypto/secret.ts'
import type { OutboxHost } from '../host.ts'
import type { Policy } from '../policy/document.ts'
import type { ClaimedMessage } from './claim.ts'
import { openDelivery } from './code.ts'
import { encodeRef, openEnvelope } from './message.ts'

/** A claimed message with its words, or `undefined` where nobody needs it any more. */
export function renderMessage(
  host: OutboxHost,
  message: ClaimedMessage,
  policy: Policy,
  signal: AbortSignal,
): OutgoingMessage | undefined {
  const said = message.flowId === null ? noticeOf(host, message) : codeOf(host, message)
  if (!said) return undefined
  const { template, values, locale, linkless, ...rest } = said
  const all = { organisation: host.organisation, ...values }
  const text = (code: string) => host.texts.message(code, [locale], all)
  const body = text(`${template}.body`).split('\n\n')
  const owner = host.channels.get(message.channel)?.plugin ?? ''
  return {
    ...rest,
    ref: encodeRef(message.userId, message.id),
    subject: text(`${template}.subject`),
    // What a notice says first is what happened; the rest is about its link.
    paragraphs: linkless ? [...body.slice(0, 1), text('notice.linkless')] : body,
    locale,
    publicUrl: host.publicUrl,
    policy: policy.methods[owner] ?? {},
    text: (key, own = {}) => host.texts.of(owner, key, [locale], { organisation: host.organisation, ...own }),
    signal,
  }
}

function codeOf(host: OutboxHost, { userId, flowId, delivery, expiresAt }: ClaimedMessage) {
  if (!delivery || flowId === null) return undefined
  const { to, locale, code } = openDelivery(host, userId, flowId, delivery)
  const ends = expiresAt === null ? {} : { expiresAt: new Date(expiresAt) }
  return {
    to,
    locale,
    template: 'message.code',
    values: {},
    code: new Secret(code),
    linkless: false,
    ...ends,
  }
}

function noticeOf(host: OutboxHost, { userId, id, sealed }: ClaimedMessage) {
  if (!sealed) return undefined
  const { to, locale, template, values, link, linkless = false } = openEnvelope(host, userId, id, sealed)
  const label = host.texts.message('message.undo', [locale])
  return {
    to,
    locale,
    template,
    values,
    linkless,
    ...(link === undefined ? {} : { link: { label, url: link } }),
  }
}
