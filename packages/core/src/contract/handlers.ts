import type { z } from 'zod'
import type { ChallengeStart, FlowStart, PasswordlessStart } from './plugin.ts'
import type { CodeSentView, DetailsOf, InputOf, MethodSchema, ViewOf } from './schema-kit.ts'

/**
 * The heart of a method. Handlers are pure with respect to the database: they take values and return what to keep;
 * core stores, seals, limits, compares budgets and audits.
 */
export interface Handlers<
  Id extends string,
  S extends MethodSchema,
  Stored extends object,
  Enrolling extends object,
  Challenging extends object,
  Policy extends object = object,
> {
  /**
   * Formats of the inputs, checked before anything is spent, so that a slip of the finger costs no attempt.
   * Bad input becomes a typed `InvalidInput` with the path.
   */
  readonly inputs?: {
    readonly begin?: z.ZodType<InputOf<S['begin']>, InputOf<S['begin']>>
    readonly confirm?: z.ZodType<InputOf<S['confirm']>, InputOf<S['confirm']>>
    readonly ask?: z.ZodType<InputOf<S['ask']>, InputOf<S['ask']>>
    readonly proof?: z.ZodType<InputOf<S['proof']>, InputOf<S['proof']>>
    readonly retyped?: z.ZodType<InputOf<S['retyped']>, InputOf<S['retyped']>>
  }
  /**
   * Starts an enrolment: what the person sees, and what to keep until the proof comes. `own`: what they have of the kind, but
   * for the one that is to be `replaced`.
   */
  begin(
    start: FlowStart<Policy>,
    input: InputOf<S['begin']>,
    own: readonly Registered<Stored>[],
    replaced: Registered<Stored> | null,
  ): Promise<Step<ViewOf<S['setup']>, Enrolling> | Refusal<Id>>
  /**
   * What is wrong with a first proof, as far as its form and the policy say, before an attempt is spent on it: for what people
   * make up themselves (answers). The refusal has a `path`; it becomes `InvalidInput`.
   */
  checkConfirm?(
    who: Pick<FlowStart<Policy>, 'username' | 'displayName' | 'policy'>,
    proof: InputOf<S['confirm']>,
  ): Refusal<Id> | undefined
  /** Checks the first proof of a new method. Nothing is registered before it succeeds. */
  confirm(
    at: Attempt<Enrolling, Policy>,
    proof: InputOf<S['confirm']>,
  ): Promise<Enrolled<Stored> | Refusal<Id>>
  /**
   * Starts a challenge. `of` is empty for a decoy, which has to look the same as for somebody real, and the same each time for
   * one `userId`; it sends nothing.
   */
  challenge(
    start: ChallengeStart<Policy>,
    of: readonly Registered<Stored>[],
    ask: InputOf<S['ask']>,
  ): Promise<Step<ViewOf<S['prompt']>, Challenging> | Refusal<Id>>
  /**
   * Reads the number or address that a person types again in a password reset, and finds the method it is. Needed where a way
   * both sends codes and counts for reset. What it refuses or shows must depend on what was typed and on policy alone: the
   * person may not exist.
   */
  retyped?(
    start: ChallengeStart<Policy>,
    of: readonly Registered<Stored>[],
    typed: InputOf<S['retyped']>,
  ): Retyped | Refusal<Id>
  /**
   * Compares a proof with the methods that may answer. `of` is empty for a decoy: then it does the same work and refuses
   * with `wrong-proof`.
   */
  verify(
    at: Attempt<Challenging, Policy>,
    of: readonly Registered<Stored>[],
    proof: InputOf<S['proof']>,
  ): Promise<Verdict<Id, Stored, ViewOf<S['prompt']>, Challenging>>
  /** What the owner may see of each method, in the same order: never a secret; a number or address only masked, as `hint`. */
  describe(list: readonly Registered<Stored>[]): readonly (DetailsOf<S> & { readonly hint?: string })[]
  /** Sign-in without a name, where a proof says by itself whose it is (a discoverable credential). */
  readonly passwordless?: Passwordless<S, Challenging, Policy>
  /** Addresses at which security notices reach the owner, where the method is one. */
  addresses?(list: readonly Registered<Stored>[]): readonly Address[]
}

/** What a kind brings for sign-in without a name and password. `verify` checks the proof as in a challenge. */
export interface Passwordless<S extends MethodSchema, Challenging extends object, Policy extends object> {
  /** Starts it: nobody knows yet for whom. */
  begin(start: PasswordlessStart<Policy>): Promise<Step<ViewOf<S['prompt']>, Challenging>>
  /** The `uniqueKey` of the method that gave a proof. What it says is not proven yet. */
  identify(proof: InputOf<S['proof']>): string
}

/** Where a message can be sent. */
export interface Address {
  readonly channel: string
  readonly to: string
}

/** What a handler wants shown (`view`) and kept, sealed, until the next call (`pending`). */
export interface Step<View, Pending> {
  readonly view: View
  readonly pending: Pending
  /**
   * Sends a code there, by the way's channel. Core makes it, and says in `Attempt.codeOk` whether it came back. `view` is a
   * `CodeSentView` then, and the step's type `kit.codeSent`. Throws where the way has no channel.
   */
  readonly deliver?: { readonly to: string }
}

/** A number or address that was typed again. */
export interface Retyped {
  /**
   * The one form under which codes to it are counted, however it was written and whether it is registered or not. A code itself
   * goes where `challenge` says for the registered one.
   */
  readonly countedAs: string
  /** As it is shown, masked: the same whether it is registered or not. */
  readonly view: CodeSentView
  /** The method it is; none where it is nobody's. */
  readonly methodId?: string
}

/** A method that has been proven and is to be kept. */
export interface Enrolled<Stored> {
  readonly stored: Stored
  /** Monotonic: a TOTP step, a signature counter. A later proof has to rise above it. */
  readonly counter?: bigint
  /** Unique across all people: a WebAuthn credential id. Kept only as a keyed hash. */
  readonly uniqueKey?: string
  /** The device or address it lives on, so that two methods on one phone count once. Kept only as a keyed hash. */
  readonly authenticator?: string
  /** A name to begin with, where the person gave none. */
  readonly suggestedLabel?: string
  /** 2 where the ceremony proved two factors by itself (a passkey with user verification). */
  readonly factors?: 1 | 2
}

/** A method as handlers see it. */
export interface Registered<Stored> {
  readonly id: string
  readonly label: string
  readonly stored: Stored
  readonly counter: bigint | null
}

/** One claimed attempt: it is already paid for when the handler sees it. */
export interface Attempt<Pending, Policy = unknown> {
  readonly userId: string
  /** Database time. */
  readonly now: Date
  /** 1 for the first proof in this flow. */
  readonly number: number
  /** The way it is proven in: after a code was sent anew, perhaps another one than the flow began with. */
  readonly way: string
  readonly pending: Pending
  /** The kind's section of the policy in force. */
  readonly policy: Policy
  /** Whether the proof's `code` is the one that was sent; only where one was. */
  readonly codeOk?: boolean
  /** What `deps.signal` left, for proofs that complete out of band. */
  readonly signal?: unknown
}

/** `wrong-proof` or a code of the plugin's own, each with an English text. */
export type RefusalCode<Id extends string> = 'wrong-proof' | `${Id}.${string}`

export interface Refusal<Id extends string> {
  readonly ok: false
  readonly refused: RefusalCode<Id>
  /**
   * Which part of the input, where that is known. In `begin` and `challenge` it makes the answer an `InvalidInput`; in
   * `confirm` and `verify` it is `ProofRejected.path`.
   */
  readonly path?: readonly string[]
  /** A message key that helps the person on ("is the clock right?"). */
  readonly hint?: `${Id}.${string}`
  /**
   * `clone`: the proof was right in all but one thing that says there may be two of the authenticator (a signature counter
   * that did not rise). The owner is told and can prove another method; nothing is locked.
   */
  readonly risk?: 'clone'
  /** What fills the braces of its text. */
  readonly values?: Readonly<Record<string, string | number>>
}

export type Verdict<Id extends string, Stored, View = never, Challenging = never> =
  | {
      readonly ok: true
      readonly methodId: string
      readonly counter?: bigint
      readonly stored?: Stored
      /** 2 where the method proved two factors by itself (a passkey with user verification). */
      readonly factors?: 1 | 2
    }
  | (Refusal<Id> & {
      /** What is asked from now on in the place of what was: questions drawn anew. Attempts go on counting. */
      readonly next?: Step<View, Challenging>
    })

/** Convenience for handlers: a refusal. */
export function refuse<const Id extends string>(
  refused: RefusalCode<Id>,
  more: Pick<Refusal<Id>, 'path' | 'hint' | 'values' | 'risk'> = {},
): Refusal<Id> {
  return { ok: false, refused, ...more }
}
