import type { InputObjectRef, ObjectRef } from '@pothos/core'
import type { Secret } from '../crypto/secret.ts'
import type {
  CodeSentShape,
  MethodShape,
  SecurityBuilder,
  SecurityTypes,
  StepShape,
} from '../graphql/builder.ts'
import type { ErrorTypes } from '../graphql/error-types.ts'
import type { SessionTypes } from '../graphql/session-types.ts'
import type { Desk } from './desk.ts'

/** An input or object of the plugin's, as `schema` returns it. */
// biome-ignore lint/suspicious/noExplicitAny: Pothos' refs are invariant in their shape; inference, not this bound, gives the plugin its types
type AnyInput = InputObjectRef<SecurityTypes, any>
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyObject = ObjectRef<SecurityTypes, any, any>

/** The GraphQL types of one method kind. Every type name begins with the kind's prefix. */
export interface MethodSchema {
  /** What `beginEnrollment` takes; leave it out where nothing is needed. */
  readonly begin?: AnyInput
  /** The proof that ends an enrolment. */
  readonly confirm: AnyInput
  /** What `beginChallenge` takes; leave it out where nothing is needed. */
  readonly ask?: AnyInput
  /** The proof that answers a challenge. */
  readonly proof: AnyInput
  /** The number or address that is typed again in a password reset, where there is one. */
  readonly retyped?: AnyInput
  /** Made with `kit.setup`. */
  readonly setup: AnyObject
  /** Made with `kit.prompt`. */
  readonly prompt: AnyObject
  /** Made with `kit.details`. */
  readonly details: AnyObject
}

export type InputOf<Ref> = Ref extends { readonly $inferInput: infer T } ? T : Record<never, never>
type ShapeOf<Ref> = Ref extends { readonly $inferType: infer T } ? T : never
/** What a handler shows: for `kit.codeSent` just where the code went, for core adds what it knows of the delivery. */
export type ViewOf<Ref> =
  ShapeOf<Ref> extends CodeSentShape ? CodeSentView : Omit<ShapeOf<Ref>, keyof StepShape>
export type DetailsOf<S extends MethodSchema> = Omit<ShapeOf<S['details']>, keyof MethodShape>

/** What a handler says of a code that is sent. */
export interface CodeSentView {
  /** The number or address, masked. */
  readonly destination: string
  /** A message key of the plugin, with something the person should know ("the extension was left out"). */
  readonly note?: string | undefined
}

type Fields<Shape> = PothosSchemaTypes.ObjectTypeOptions<SecurityTypes, Shape>['fields']
interface TypeOptions<Shape> {
  readonly description: string
  readonly fields: Fields<Shape>
}

/** What a plugin's `schema` is given: the one builder of this gateway, and the places where its types hook in. */
export interface SchemaKit {
  readonly builder: SecurityBuilder
  /** The object that `beginEnrollment` shows: an `EnrollmentStep`. Its backing value is the handler's `view`. */
  setup<View extends object>(
    name: string,
    options: TypeOptions<View & StepShape>,
  ): ObjectRef<SecurityTypes, View & StepShape>
  /** The object that `beginChallenge` shows: a `ChallengeStep`. Its backing value is the handler's `view`. */
  prompt<View extends object>(
    name: string,
    options: TypeOptions<View & StepShape>,
  ): ObjectRef<SecurityTypes, View & StepShape>
  /** The registered method itself: implements `Method`. Its backing value is what `describe` returned, with core's row. */
  details<Details extends object>(
    name: string,
    options: TypeOptions<Details & MethodShape>,
  ): ObjectRef<SecurityTypes, Details & MethodShape>
  /** For `setup` and `prompt` of ways whose codes are sent: `CodeSent`, which core fills in. */
  readonly codeSent: ObjectRef<SecurityTypes, CodeSentShape>
  /** For `confirm` and `proof` of such ways: `CodeProofInput { code }`. */
  readonly codeProof: InputObjectRef<SecurityTypes, { code: Secret }>
  /** Core's expected failures, for result unions of the plugin's own mutations. */
  readonly errors: ErrorTypes
  /** The session, for payloads of the plugin's own mutations: what `context.session()` gives. */
  readonly session: SessionTypes['session']
  /** For resolvers of the plugin's own fields. */
  readonly desk: Desk
}
