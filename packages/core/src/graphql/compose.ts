import type { InputObjectRef } from '@pothos/core'
import type { MethodKind } from '../contract/kind.ts'
import type { MethodSchema, SchemaKit } from '../contract/schema-kit.ts'
import type { BaseTypes, TypeNames } from './base-types.ts'
import type { SecurityBuilder, SecurityTypes } from './builder.ts'

/** The type-name prefix of a plugin: its id, capitalised. */
export function typePrefix(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1)
}

/** What one plugin's `schema` is called with. `kind` is its id, under which its types are found again. */
export function createKit(
  builder: SecurityBuilder,
  base: BaseTypes,
  names: TypeNames,
  kind: string,
): SchemaKit {
  return {
    builder,
    setup(name, options) {
      names.setup.set(kind, name)
      return builder
        .objectRef<never>(name)
        .implement({ ...options, interfaces: [base.enrollmentStep] } as never)
    },
    prompt(name, options) {
      names.prompt.set(kind, name)
      return builder
        .objectRef<never>(name)
        .implement({ ...options, interfaces: [base.challengeStep] } as never)
    },
    details(name, options) {
      names.details.set(kind, name)
      return builder
        .objectRef<never>(name)
        .implement({ ...options, interfaces: [base.method, base.node] } as never)
    },
  }
}

type Composed = InputObjectRef<SecurityTypes, Record<string, unknown>>

/** The `@oneOf` inputs, one field for each loaded kind: core names no method, and adding one touches nothing here. */
export function composeInputs(builder: SecurityBuilder, kinds: readonly MethodKind[]) {
  const oneOf = (
    name: string,
    description: string,
    refOf: (kind: MethodKind) => MethodSchema['confirm'],
  ): Composed =>
    builder.inputType(name, {
      description: `${description} Exactly one kind.`,
      isOneOf: true,
      fields: (t) =>
        Object.fromEntries(
          kinds.map((kind) => [
            kind.id,
            t.field({ type: refOf(kind), description: `For the kind \`${kind.id}\`.` }),
          ]),
        ),
    }) as unknown as Composed

  const asking = kinds.filter((kind) => kind.refs.ask)
  return {
    begin: oneOf('EnrollMethodInput', 'What to set up.', (kind) => kind.refs.begin ?? nothing(builder, kind)),
    confirm: oneOf('EnrollProofInput', 'The first proof of a new method.', (kind) => kind.refs.confirm),
    proof: oneOf('ProofInput', 'The answer to a challenge.', (kind) => kind.refs.proof),
    ask:
      asking.length === 0
        ? null
        : (builder.inputType('AskInput', {
            description: 'What a kind needs to know before it asks. Exactly one kind.',
            isOneOf: true,
            fields: (t) =>
              Object.fromEntries(
                asking.flatMap((kind) =>
                  kind.refs.ask
                    ? [
                        [
                          kind.id,
                          t.field({ type: kind.refs.ask, description: `For the kind \`${kind.id}\`.` }),
                        ],
                      ]
                    : [],
                ),
              ),
          }) as unknown as Composed),
  }
}

/** GraphQL has no input without fields; a kind that needs nothing to begin gets one that can be left out. */
function nothing(builder: SecurityBuilder, kind: MethodKind): MethodSchema['confirm'] {
  return builder.inputType(`${typePrefix(kind.id)}BeginInput`, {
    description: `\`${kind.id}\` needs nothing to begin: send \`{}\`.`,
    fields: (t) => ({ _: t.boolean({ description: 'Leave it out.' }) }),
  })
}

export type ComposedInputs = ReturnType<typeof composeInputs>
