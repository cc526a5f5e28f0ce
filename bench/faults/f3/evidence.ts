import { createHash } from 'node:crypto'
import type { Mail } from '@security-info/testing/smtp'
import type { History } from '../../support/history.ts'
import type { Believed } from '../../support/rows.ts'
import { messageOfRef } from '../../support/rows.ts'

/** A mail that the server has taken. */
export interface SeenMail {
  /** Which message of the outbox it is. */
  readonly message: string
  readonly to: string
  /** Real time, in milliseconds. */
  readonly at: number
  /** Of the link in a notice, as the notice keeps it: SHA-256 of its token, in hex. */
  readonly undoHash: string | null
}

/** The three sides of a run. Plain data, so that a checker needs nothing else. */
export interface F3Evidence {
  readonly history: History
  readonly believed: Believed
  readonly mails: readonly SeenMail[]
  /** Milliseconds from the server's recovery until nothing waited any more; null where that never came. */
  readonly drained: number | null
}

export function seen(mail: Mail): SeenMail {
  const [messageId = ''] = mail.headers['message-id'] ?? []
  const ref = /^<([\w-]+)@/.exec(messageId)?.[1] ?? ''
  const token = /#su_([\w-]{64})/.exec(mail.text)?.[1]
  return {
    message: messageOfRef(ref),
    to: mail.envelope.to[0] ?? '',
    at: mail.at.getTime(),
    undoHash: token ? createHash('sha256').update(Buffer.from(token, 'base64url')).digest('hex') : null,
  }
}
