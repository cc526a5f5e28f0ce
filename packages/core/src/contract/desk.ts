import type { RequestContext } from '../context.ts'
import type { FlowEnded, FreshProofRequired, PolicyDenied, UserError } from '../errors.ts'
import type { Db } from '../storage/database.ts'

/** The person whose session sends a request, as far as a plugin's own fields need to know. */
export interface Person {
  readonly userId: string
  /** The identifier they sign in with. */
  readonly username: string
  readonly displayName: string
  readonly administrator: boolean
  /** The plugin's section of the policy in force for them. */
  readonly policy: unknown
  /** Database time of this request. */
  readonly now: Date
}

/**
 * What a plugin's own fields and mutations work with: who asks, whether they have proven enough, and changes of the plugin's own
 * tables that are locked, audited and told of like core's.
 */
export interface Desk<Id extends string = string> extends PluginKeys {
  /** Who asks. For fields that say `access('session')` or more; others have nobody. */
  person(context: RequestContext): Promise<Person>
  /**
   * Why the person may not change now what protects their account: their last proof is too old. A member of
   * the mutation's result union (`kit.errors.freshProofRequired`).
   */
  staleProof(context: RequestContext): Promise<FreshProofRequired | undefined>
  /**
   * Why the person may not make something yet that opens the account beside its methods: they still owe a method (else a password alone
   * would be enough for it), or came in with an access pass and no section of this plugin's is owed in the wizard. A member of the
   * mutation's result union (`kit.errors.policyDenied`).
   */
  methodMissing(context: RequestContext): Promise<PolicyDenied | undefined>
  /**
   * Makes a change in one transaction that holds the account: of one person's changes one runs at a time, so a limit that
   * `write` counts holds exactly. `FlowEnded` where the session has ended or got another token meanwhile. The session is
   * looked up anew afterwards, so that what the change completes in the wizard shows.
   */
  change<T, E extends UserError = never>(
    context: RequestContext,
    change: PluginChange<Id, T, E>,
  ): Promise<{ readonly type: 'Done'; readonly value: T } | E | FlowEnded>
}

export interface PluginChange<Id extends string, T, E extends UserError> {
  /** Writes to the plugin's own tables only, and waits for nothing but the database. What throws undoes all of it. */
  write(tx: Db): Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }>
  readonly audit: PluginEvent<Id>
  /**
   * Tells the person at all their addresses. The words are `<type>.subject` and `<type>.body` among the plugin's messages,
   * with {account}, {time} and {address}, and what `values` makes of what was written: nothing that whoever made the change could write (a name, a label),
   * for they could speak to the owner through it.
   */
  readonly notice?: {
    readonly type: `${Id}.${string}`
    readonly subjectId?: string
    values?(written: T): Readonly<Record<string, string>>
  }
}

/** An audit event of a plugin's. */
export interface PluginEvent<Id extends string = string> {
  readonly type: `${Id}.${string}`
  /** Facts from a fixed list, so that a secret has no name to travel under. */
  readonly detail?: {
    /** The id of the row it is about. */
    readonly subjectId?: string
    /** Why, from a fixed list of the plugin's. */
    readonly reason?: string
    readonly scope?: string
    readonly clientAddress?: string
  }
}

/** Randomness and a key, so that no plugin keeps one of its own. */
export interface PluginKeys {
  /** Cryptographically secure random bytes. */
  random(bytes: number): Uint8Array
  /**
   * HMAC-SHA-256 under a key of the gateway's, base64url: for what has enough entropy that a fast hash does (112 bits and more,
   * NIST SP 800-63B-4 3.1.2). Other plugins get other hashes of the same value.
   */
  keyedHash(scope: string, value: string): Promise<string>
}

/** What a plugin's HTTP route may do that lasts. */
export interface RouteDesk<Id extends string = string> extends PluginKeys {
  audit(userId: string, event: PluginEvent<Id>): Promise<void>
  /**
   * Takes one attempt from a budget of the plugin's own (`ledger` is its name within the plugin) and says when it is open
   * again, where it is closed: after `cap` attempts for 15 minutes, doubling up to 24 hours.
   */
  spend(owner: string, ledger: string, cap: number): Promise<{ readonly retryAt: Date } | undefined>
  clear(owner: string, ledger: string): Promise<void>
}
