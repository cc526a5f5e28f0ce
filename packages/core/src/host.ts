import type { Channel } from './contract/channel.ts'
import type { MethodKind } from './contract/kind.ts'
import type { Plugin } from './contract/plugin.ts'
import type { KeyRing } from './crypto/key-ring.ts'
import type { Secret } from './crypto/secret.ts'
import type { SlowHash } from './crypto/slow-hash.ts'
import type { Texts } from './i18n/texts.ts'
import type { Metrics } from './metrics.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { PolicyStore } from './policy/store.ts'
import type { Db } from './storage/database.ts'
import type { Fingerprints } from './storage/fingerprints.ts'

/** How long sessions live, in seconds (NIST SP 800-63B-4 2.2.3: AAL2 at most 24 h, idle 1 h). */
export interface SessionLifetimes {
  readonly idleSeconds: number
  readonly maxSeconds: number
  /** Of a session that still owes a proof or registration: also the length of the wizard. */
  readonly pendingSeconds: number
}

/** A channel, and the plugin whose texts it speaks with. */
export interface LoadedChannel extends Channel {
  readonly plugin: string
}

/** What lifecycle functions work with. One for each gateway; nothing in core is global. */
export interface Host {
  readonly db: Db
  readonly ring: KeyRing
  readonly slowHash: SlowHash
  readonly fingerprints: Fingerprints
  /** The key of the audit chain. */
  readonly auditKey: () => Promise<Uint8Array>
  readonly plugins: readonly Plugin[]
  /** The plugins that are methods, by id, with their handlers. */
  readonly kinds: ReadonlyMap<string, MethodKind>
  /** By id, with the plugin that brings each. */
  readonly channels: ReadonlyMap<string, LoadedChannel>
  readonly outbox: Outbox
  readonly policies: PolicyStore
  readonly texts: Texts
  readonly lifetimes: SessionLifetimes
  readonly organisation: string
  readonly publicUrl: URL
  /** Whether a password is known from a breach. */
  readonly isBreached: (password: Secret) => Promise<boolean>
  /** Where administrators are told of what people report. */
  readonly securityContacts: readonly string[]
  readonly metrics: Metrics
  /** How many subscriptions each person has in this process. */
  readonly watching: Map<string, number>
  /** Aborts when the gateway stops: what waits ends. */
  readonly stopping: AbortSignal
  readonly version: string
  /** Tells the operator of a failure that no request waits for. */
  readonly onUnexpected: (error: unknown, where: { readonly requestId: string | null }) => void
}

/** What the outbox itself works with. */
export type OutboxHost = Omit<Host, 'outbox'>
