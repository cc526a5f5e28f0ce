/**
 * The contract between core and a method package. A plugin is a plain object made by a factory;
 * everything but `id` and `api` is optional.
 */
import type { z } from 'zod'
import type { Secret } from '../crypto/secret.ts'
import type { Fault } from '../faults.ts'
import type { Db } from '../storage/database.ts'
import type { Channel, MessageDesk } from './channel.ts'
import type { RouteDesk } from './desk.ts'
import type { Handlers } from './handlers.ts'
import type { Messages } from './messages.ts'
import type { MethodSchema, SchemaKit } from './schema-kit.ts'

/** The version of this contract. A plugin says which one it was written against. */
export const PLUGIN_API = 1

/** What a method can be used for. Email and questions prove identity for a reset, never as a second factor. */
export type Purpose = 'TWO_FACTOR' | 'PASSWORD_RESET'
export const PURPOSES: readonly Purpose[] = ['TWO_FACTOR', 'PASSWORD_RESET']

/** One of the ways in which a method can prove: text and call are two ways of one phone. */
export interface Way {
  /** Unique within the method: `code`, `text`, `call`. */
  readonly id: string
  /** What the way may be used for at most; a policy may narrow it, never widen it. */
  readonly usedFor: readonly Purpose[]
  /** True where a proof could be hit by trying (a six-digit code); such ways share the person's guess budget. */
  readonly guessable: boolean
  /** Higher is stronger; decides the order of offers and the next default. 0 to 100. */
  readonly strength: number
  /** True where a proof can't be relayed by a look-alike site (WebAuthn). */
  readonly phishingResistant?: boolean
  /**
   * The channel that carries its codes; some loaded plugin has to bring it. Core makes, seals, sends, resends and compares
   * them: the handler says where to (`Step.deliver`) and reads `Attempt.codeOk`.
   */
  readonly channel?: string
}

/** A method kind: what it stores, what it is called with in GraphQL, and its five handlers. */
export interface Method<
  Id extends string,
  S extends MethodSchema,
  Stored extends object,
  Enrolling extends object,
  Challenging extends object,
  Policy extends object = object,
> {
  readonly ways: readonly [Way, ...Way[]]
  readonly limits: {
    /** How many methods of this kind a person may have. */
    readonly methods: number
    /** How many proofs may be compared in one flow. */
    readonly attempts: number
    /** Lifetime of a flow in seconds. */
    readonly ttlSeconds: number
  }
  /** `any`: every registered method of the kind may answer a challenge (apps, keys). `chosen`, the default: only the one picked. */
  readonly answeredBy?: 'any' | 'chosen'
  /** Whether a person must have a method of another kind first; a policy may switch it. False where it is left out. */
  readonly needsAnother?: boolean
  /**
   * Proven by what somebody knows and others may find out (security questions). Such a method is never the first gate of a
   * password reset and never the only one, and administrators don't have it.
   */
  readonly knowledgeBased?: boolean
  /** What an organisation may set for this kind, `methods.<id>` in the policy: handlers get it with each call. */
  readonly policy?: z.ZodObject & z.ZodType<Policy>
  /** What its shape can't say of a policy: options that contradict each other or the address. Each fault stops the start. */
  checkPolicy?(policy: NoInfer<Policy>, at: Pick<Deps, 'publicUrl' | 'organisation'>): readonly Fault[]
  /** Guards what core kept of a registered method. */
  readonly stored: z.ZodType<Stored>
  /** Guards what core kept between `begin` and `confirm`. */
  readonly enrolling: z.ZodType<Enrolling>
  /** Guards what core kept between `challenge` and `verify`. */
  readonly challenging: z.ZodType<Challenging>
  /** Registers the kind's GraphQL types; called once for each gateway. */
  schema(kit: SchemaKit): S
  /** Makes the handlers; called once for each gateway. */
  create(
    deps: Deps,
  ): Handlers<NoInfer<Id>, S, NoInfer<Stored>, NoInfer<Enrolling>, NoInfer<Challenging>, NoInfer<Policy>>
}

/** What handlers get from core instead of reaching for it: there is no other randomness, and time comes with each call. */
export interface Deps {
  /** Cryptographically secure random bytes. */
  random(bytes: number): Uint8Array
  /** The organisation's name as people know it. */
  readonly organisation: string
  /** The one public address of the gateway, from configuration and never from a request. */
  readonly publicUrl: URL
  /** Slow, salted hashes with the gateway's pepper, for what a person made up: answers, never codes or keys. */
  readonly hashes: Hashes
  /**
   * For proofs that complete out of band: keeps `data` (JSON) with the flow, where the next `confirm` or `verify` finds it as
   * `signal`. The first one stands. Returns false where the flow is unknown, signalled, spent or expired.
   */
  signal(flow: { userId: string; flowId: string }, data: object): Promise<boolean>
}

/** argon2id. A hash holds its own salt and costs, and names its pepper; each takes tens of milliseconds on purpose. */
export interface Hashes {
  /** @throws OVERLOADED where too many wait */
  hash(secret: Secret): Promise<string>
  matches(hash: string, secret: Secret): Promise<boolean>
  /**
   * Whether the pepper was replaced since this was made: then hash the secret anew when it is next proven, and give that back as
   * `stored`. Ask after the proof was right: what a wrong one costs must tell nothing. It hashes nothing.
   */
  isOutdated(hash: string): Promise<boolean>
}

/** A flow as it begins: for whom, and under which id `deps.signal` will find it. */
export interface FlowStart<Policy = unknown> {
  readonly flowId: string
  readonly userId: string
  /** The identifier the person signs in with. */
  readonly username: string
  readonly displayName: string
  /** The way that was picked. */
  readonly way: string
  /** The kind's section of the policy in force. */
  readonly policy: Policy
  /** Database time. */
  readonly now: Date
}

/** A challenge as it begins, and what its proof is for. */
export interface ChallengeStart<Policy = unknown> extends FlowStart<Policy> {
  /**
   * `PASSWORD_RESET`: whoever asks has proven nothing yet, perhaps not even that the person exists. What is shown must say
   * nothing of what they have registered.
   */
  readonly purpose: Purpose
}

/** The same where nobody has said who they are. */
export type PasswordlessStart<Policy = unknown> = Pick<FlowStart<Policy>, 'flowId' | 'way' | 'policy' | 'now'>

/** What a plugin demands in the wizard beyond methods, such as an app password. */
export interface Section {
  /** Unique within the plugin. */
  readonly id: string
  readonly done: boolean
}

/** A plain HTTP route, for what can't be GraphQL: provider webhooks, TwiML, a check asked by a mail server. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Absolute path; no parameters. */
  readonly path: string
  /** Who may call it, and how the handler makes sure of that. Shown in the route inventory. */
  readonly access: string
  handle(request: Request, context: RouteContext): Promise<Response>
}

/** What a route works with. */
export interface RouteContext {
  readonly db: Db
  /** Where the request came from, as far as trusted proxies say. */
  readonly clientAddress: string
  readonly signal: Deps['signal']
  readonly publicUrl: URL
  /** The plugin's section of the policy in force. */
  policy(): Promise<unknown>
  /** A text of the plugin, by message key. */
  text(key: string, locale: string, values?: Readonly<Record<string, string | number>>): string
  /** What a provider's webhook works with: it speaks of a message by the `ref` the channel was given. */
  readonly messages: MessageDesk
  /** Audit and budgets. */
  readonly desk: RouteDesk
}

export interface Plugin<Id extends string = string> {
  /** Lower camel case: the `@oneOf` key, the namespace of error codes and, capitalised, the prefix of type names. */
  readonly id: Id
  /** The contract version it was written against: `PLUGIN_API`. */
  readonly api: number
  /** Texts for people, by locale; `en` is required where there is any. */
  readonly messages?: Messages<NoInfer<Id>>
  /** What an organisation may set for a plugin without a method: `methods.<id>` in the policy. A method has its own. */
  readonly policy?: z.ZodObject
  /** What its shape can't say of that section, as `Method.checkPolicy` for a method's. Each fault stops the start. */
  checkPolicy?(section: unknown, at: Pick<Deps, 'publicUrl' | 'organisation'>): readonly Fault[]
  readonly channels?: readonly Channel[]
  // biome-ignore lint/suspicious/noExplicitAny: the one contained place: a list has to hold methods of every shape, and each was checked where it was written
  readonly method?: Method<NoInfer<Id>, any, any, any, any, any>
  /** Folder of drizzle migrations, where the plugin has tables of its own. */
  readonly migrations?: URL
  /** Extra GraphQL types and root fields. */
  schema?(kit: SchemaKit): void
  readonly routes?: readonly Route[]
  /**
   * Sections of the wizard that the plugin demands of this person. Asked whenever a session is read, so look at the policy
   * first, and at one indexed row then. `policy` is its whole section, with what core adds to that of a method.
   */
  owes?(db: Db, who: { readonly userId: string }, policy: unknown): Promise<readonly Section[]>
  /**
   * What else has to go when an account changes hands or is closed, in the transaction that does it: what throws here undoes
   * that. `policy` is the plugin's section of the policy in force. Whoever has reset their password is told what is returned: the
   * code of one of the plugin's texts.
   */
  within?(
    tx: Db,
    event: AccountEvent,
    policy: unknown,
  ): Promise<`${NoInfer<Id>}.${string}` | undefined> | Promise<void>
  /** Takes a change of the plugin's back, in the transaction that ends all sessions of the account. */
  undo?(tx: Db, event: UndoneEvent): Promise<void>
}

/** A change that its owner reports with the link of its notice. */
export interface UndoneEvent {
  /** As it was given to `Desk.change`. */
  readonly type: string
  readonly subjectId: string | undefined
  readonly userId: string
}

/** `reset`: the password was forgotten and set anew. `disabled`: the account was closed by an administrator. */
export interface AccountEvent {
  readonly type: 'reset' | 'disabled'
  readonly userId: string
}

/** Gives a plugin its inferred type, without casts. */
export function definePlugin<const Id extends string>(plugin: Plugin<Id>): Plugin<Id> {
  return plugin
}

/** Gives a method its inferred type: the handlers' inputs and outputs follow from the refs that `schema` returns. */
export function defineMethod<
  const Id extends string,
  S extends MethodSchema,
  Stored extends object,
  Enrolling extends object,
  Challenging extends object,
  Policy extends object = object,
>(
  _id: Id,
  method: Method<Id, S, Stored, Enrolling, Challenging, Policy>,
): Method<Id, S, Stored, Enrolling, Challenging, Policy> {
  return method
}
