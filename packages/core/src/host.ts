import type { MethodKind } from './contract/kind.ts'
import type { Plugin } from './contract/plugin.ts'
import type { KeyRing } from './crypto/key-ring.ts'
import type { Texts } from './i18n/texts.ts'
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

/** What lifecycle functions work with. One for each gateway; nothing in core is global. */
export interface Host {
  readonly db: Db
  readonly ring: KeyRing
  readonly fingerprints: Fingerprints
  readonly plugins: readonly Plugin[]
  /** The plugins that are methods, by id, with their handlers. */
  readonly kinds: ReadonlyMap<string, MethodKind>
  readonly policies: PolicyStore
  readonly texts: Texts
  readonly lifetimes: SessionLifetimes
  readonly organisation: string
  readonly version: string
  /** Tells the operator of a failure that no request waits for. */
  readonly onUnexpected: (error: unknown, where: { readonly requestId: string | null }) => void
}
