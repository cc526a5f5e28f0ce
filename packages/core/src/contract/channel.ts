import type { Secret } from '../crypto/secret.ts'

/**
 * A carrier of codes and notices: `sms`, `voice`, `email`. Core writes each message to its outbox, in the transaction of
 * what causes it, and calls `deliver` afterwards from a worker. So a channel keeps nothing, retries nothing and limits
 * nothing: it hands one message to a provider and says what became of it.
 */
export interface Channel {
  readonly id: string
  /** The option of the plugin that configures its provider: for what stops the start where there is none. */
  readonly option?: string
  /**
   * Hands one message to the provider. Leave it out where no provider is configured: in production the gateway does not
   * start then if a method needs the channel. What throws counts as `unknown`.
   */
  readonly deliver?: (message: OutgoingMessage) => Promise<Delivery>
  /**
   * Caps of its own on codes to this address, beside those for a person and an address: by prefix, country, all. Each
   * counts in fixed windows; a code is counted in all of them or, where one is full, in none.
   */
  readonly limits?: (to: string) => readonly SendLimit[]
  /** Called when the gateway stops, after what was under way. */
  readonly close?: () => Promise<void>
}

/** One message on its way. Texts are localised already. */
export interface OutgoingMessage {
  /**
   * Names it, opaquely, for callbacks of the provider: put it into their address and give it to `context.messages`. It is
   * the same for each attempt to send this message, and no secret.
   */
  readonly ref: string
  readonly to: string
  /** One line, never with a code. */
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** Only in a message that carries a code. */
  readonly code?: Secret
  /** When its code stops working: for a provider that can be told to give up by then. */
  readonly expiresAt?: Date
  /** An address the person may open, with words for it. */
  readonly link?: { readonly label: string; readonly url: string }
  /** BCP 47; what `text` speaks. */
  readonly locale: string
  /** The public address of the gateway, for callbacks of the provider. */
  readonly publicUrl: URL
  /** The section of the policy in force of the plugin that brings the channel. */
  readonly policy: unknown
  /** A text of the channel's plugin, by message key. */
  text(key: string, values?: Readonly<Record<string, string | number>>): string
  /** Aborts when the time for this attempt is over. */
  readonly signal: AbortSignal
}

/**
 * What became of a message.
 *
 * - `accepted`: the provider has it. `providerId` is what its callbacks call it.
 * - `rejected`: the provider will never send it, and says why.
 * - `retry`: the provider surely did not take it (429, connection refused): core may try again.
 * - `unknown`: it may have. A code is then never sent again by itself; a notice is.
 *
 * `about: 'message'`: only this receiver or message is put off (a mailbox that is full), so it says nothing about the provider;
 * without it, five in a row count as the channel being down.
 *
 * `reason` is for the operator's log, where the channel goes down: `535 to AUTH`, `HTTP 401, code 20003`. Never an address, a
 * code or what a provider says in its own words, which may hold both.
 */
export type Delivery =
  | { readonly outcome: 'accepted'; readonly providerId?: string }
  | { readonly outcome: 'rejected'; readonly problem: DeliveryProblem }
  | {
      readonly outcome: 'retry'
      readonly afterSeconds?: number
      readonly reason?: string
      readonly about?: 'message'
    }
  | { readonly outcome: 'unknown'; readonly reason?: string }

/** Why a message did not arrive, as far as a provider says; each has a text for people, `delivery.<problem>`. */
export type DeliveryProblem =
  | 'optedOut'
  | 'unreachable'
  | 'blocked'
  | 'invalidAddress'
  | 'noAnswer'
  | 'refused'
  | 'expired'
  | 'unknown'

/** At most `most` codes in each window of `seconds`, for everything that shares `scope` and `value`. */
export interface SendLimit {
  /** What is counted: `prefix`, `country`, `all`. */
  readonly scope: string
  readonly value: string
  readonly most: number
  readonly seconds: number
  /**
   * Closes the window early, where it is given and too few of the codes come back: once `from` were sent, at least `ratio` of them have to
   * have been typed in. That is how pumping (codes to numbers that earn the attacker money) shows.
   */
  readonly verified?: { readonly from: number; readonly ratio: number }
}

/** What a provider's webhook may do with a message. Make sure of the caller first: core can't. */
export interface MessageDesk {
  /** Notes what the provider reports. False where the message is unknown, or the report comes from another delivery. */
  report(ref: string, report: DeliveryReport): Promise<boolean>
  /**
   * The code of a message, to be spoken in a call: once for each message, and only while its flow takes it. `undefined`
   * else. The locale is the person's.
   */
  takeCode(
    ref: string,
    providerId: string,
  ): Promise<{ readonly code: Secret; readonly locale: string } | undefined>
}

export interface DeliveryReport {
  readonly providerId: string
  readonly state: 'sent' | 'delivered' | 'failed'
  readonly problem?: DeliveryProblem
}
