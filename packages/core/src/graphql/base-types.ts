import type { Host } from '../host.ts'
import type { MethodShape, SecurityBuilder, StepShape, WayShape } from './builder.ts'
import { encodeId } from './ids.ts'

/** Which object type a kind's step or method is; filled while the kinds register their types. */
export interface TypeNames {
  readonly setup: Map<string, string>
  readonly prompt: Map<string, string>
  readonly details: Map<string, string>
}

/** What every other part of the schema refers to. */
export function defineBaseTypes(builder: SecurityBuilder, host: Host, names: TypeNames) {
  const purpose = builder.enumType('Purpose', {
    description: 'What a method is used for.',
    values: {
      TWO_FACTOR: { description: 'The second step of a sign-in, and fresh proofs.' },
      PASSWORD_RESET: { description: 'Proving identity when the password is forgotten.' },
    } as const,
  })
  const methodState = builder.enumType('MethodState', {
    description: 'Whether a registered method can be used.',
    values: {
      ACTIVE: { description: 'Proven by its owner and ready.' },
      PREREGISTERED: {
        description: 'Added by an administrator: good for a first sign-in proof, which makes it active.',
      },
      DISABLED: {
        description: 'Out of use after a hundred wrong proofs in a row; it has to be set up anew.',
      },
    } as const,
  })
  const node = builder.interfaceRef<{ readonly id: string }>('Node').implement({
    description: 'Anything with a global id, to be read again with `node(id)`.',
    fields: (t) => ({ id: t.exposeID('id', { description: 'Global and opaque. It proves nothing.' }) }),
  })
  const way = builder.objectRef<WayShape>('MethodWay').implement({
    description: 'One of the ways in which a method can prove: text and call are two ways of one phone.',
    fields: (t) => ({
      id: t.exposeString('id', { description: 'Its name in inputs, such as `code`.' }),
      title: t.string({
        description: 'Its name for people.',
        resolve: (parent, _args, { request }) =>
          host.texts.of(parent.kind, `way.${parent.id}`, request.locales) || parent.id,
      }),
      usedFor: t.field({
        type: [purpose],
        description: 'What policy lets it be used for.',
        resolve: (parent) => [...parent.usedFor],
      }),
    }),
  })
  const method = builder.interfaceRef<MethodShape>('Method').implement({
    description: 'A registered method: an authenticator app, a phone, a security key.',
    resolveType: (value) => names.details.get(value.kind),
    fields: (t) => ({
      id: t.id({
        description: 'Global and opaque.',
        resolve: (parent) => encodeId('Method', parent.id),
      }),
      kind: t.exposeString('kind', { description: 'Its kind, as in `gateway.methodKinds`.' }),
      label: t.exposeString('label', { description: 'The name its owner gave it.' }),
      hint: t.exposeString('hint', {
        nullable: true,
        description: 'The masked number or address it lives on, where there is one.',
      }),
      state: t.expose('state', { type: methodState, description: 'Whether it can be used.' }),
      ways: t.field({
        type: [way],
        description: 'How it can prove.',
        resolve: (parent) => [...parent.ways],
      }),
      usedFor: t.field({
        type: [purpose],
        description: 'What it can be used for now, under the policy in force.',
        resolve: (parent) => [...parent.usedFor],
      }),
      isDefault: t.exposeBoolean('isDefault', { description: 'Whether sign-in asks for it first.' }),
      phishingResistant: t.exposeBoolean('phishingResistant', {
        description: "True where its proof can't be relayed by a look-alike site.",
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it last proved something after it was registered.',
      }),
    }),
  })
  const step = (name: string, key: 'setup' | 'prompt', description: string) =>
    builder.interfaceRef<StepShape>(name).implement({
      description,
      resolveType: (value) => names[key].get(value.kind),
      fields: (t) => ({
        kind: t.exposeString('kind', { description: 'The method kind.' }),
        way: t.exposeString('way', { description: 'The way of that kind.' }),
        instructions: t.string({
          description: 'What the person should do, in words.',
          resolve: (parent, _args, { request }) => host.texts.of(parent.kind, key, request.locales),
        }),
      }),
    })
  const enrollmentStep = step(
    'EnrollmentStep',
    'setup',
    'What the person needs to set a method up. Each kind has a type of its own, with more.',
  )
  const challengeStep = step(
    'ChallengeStep',
    'prompt',
    'What the person is asked for. Each kind has a type of its own, with more.',
  )
  return { purpose, methodState, node, way, method, enrollmentStep, challengeStep }
}

export type BaseTypes = ReturnType<typeof defineBaseTypes>
