import type { InputObjectRef } from '@pothos/core'
import type { MethodKind } from '../contract/kind.ts'
import type { MethodSchema, SchemaKit } from '../contract/schema-kit.ts'
import type { BaseTypes } from './base-types.ts'
import type { SecurityBuilder, SecurityTypes } from './builder.ts'

/** The type-name prefix of a plugin: its id, capitalised. */
export function typePrefix(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1)
}

/**
 * What one plugin's `schema` is called with.
 *
 * The casts are the one place where the plugin's own shape is set aside: Pothos can't check a generic shape against an
 * interface. `SchemaKit` gives it back to the plugin, checked where it is written.
 */
export function createKit(
  builder: SecurityBuilder,
  base: BaseTypes,
  rest: Pick<SchemaKit, 'errors' | 'session' | 'desk'>,
): SchemaKit {
  const define = (name: string, options: object, interfaces: readonly object[]) =>
    builder.objectRef<never>(name).implement({ ...options, interfaces } as never)
  return {
    builder,
    setup: (name, options) => define(name, options, [base.enrollmentStep]),
    prompt: (name, options) => define(name, options, [base.challengeStep]),
    // Of two interfaces with the same field, the later one resolves it: `Method` knows how its id is encoded.
    details: (name, options) => define(name, options, [base.node, base.method]),
    codeSent: base.codeSent,
    codeProof: base.codeProof,
    ...rest,
  }
}

type InputRef = MethodSchema['confirm']
type Composed = InputObjectRef<SecurityTypes, Record<string, unknown>>

/** The `@oneOf` inputs, one field for each loaded kind: core names no method, and adding one touches nothing here. */
export function composeInputs(builder: SecurityBuilder, kinds: readonly MethodKind[]) {
  const oneOf = (name: string, description: string, refs: readonly (readonly [string, InputRef])[]) =>
    builder.inputType(name, {
      description: `${description} Exactly one kind.`,
      isOneOf: true,
      fields: (t) =>
        Object.fromEntries(
          refs.map(([id, type]) => [id, t.field({ type, description: `For the kind \`${id}\`.` })]),
        ),
      // Which fields there are is known only now, so the compiler can't know their types.
    }) as unknown as Composed

  const resettable = kinds.filter((kind) =>
    kind.method.ways.some((way) => way.usedFor.includes('PASSWORD_RESET')),
  )
  const nameless = kinds.filter((kind) => kind.handlers.passwordless)
  const asks = kinds.flatMap(({ id, refs }) => (refs.ask ? [[id, refs.ask] as const] : []))
  return {
    begin: oneOf(
      'EnrollMethodInput',
      'What to set up.',
      kinds.map((kind) => [kind.id, kind.refs.begin ?? nothing(builder, kind, 'Begin')]),
    ),
    confirm: oneOf(
      'EnrollProofInput',
      'The first proof of a new method.',
      kinds.map(({ id, refs }) => [id, refs.confirm]),
    ),
    /** Null where no loaded kind counts for password reset. */
    reset:
      resettable.length > 0
        ? oneOf(
            'ResetMethodInput',
            'What to prove in a password reset, and the number or address typed again.',
            resettable.map((kind) => [kind.id, kind.refs.retyped ?? nothing(builder, kind, 'Reset')]),
          )
        : null,
    proof: oneOf(
      'ProofInput',
      'The answer to a challenge.',
      kinds.map(({ id, refs }) => [id, refs.proof]),
    ),
    passkey:
      nameless.length > 0
        ? oneOf(
            'PasskeyProofInput',
            'The proof of a passkey.',
            nameless.map(({ id, refs }) => [id, refs.proof]),
          )
        : null,
    ask: asks.length > 0 ? oneOf('AskInput', 'What a kind needs to know before it asks.', asks) : null,
  }
}

/** GraphQL has no input without fields; a kind that needs nothing to begin gets one that can be left out. */
function nothing(builder: SecurityBuilder, kind: MethodKind, step: 'Begin' | 'Reset'): InputRef {
  return builder.inputType(`${typePrefix(kind.id)}${step}Input`, {
    description: `\`${kind.id}\` needs nothing to begin: send \`{}\`.`,
    fields: (t) => ({ _: t.boolean({ description: 'Leave it out.' }) }),
  })
}

export type ComposedInputs = ReturnType<typeof composeInputs>
