import type { InterfaceRef } from '@pothos/core'
import type { DeliveryProblem } from '../contract/channel.ts'
import { CODE_LENGTH } from '../contract/inputs.ts'
import type { Host } from '../host.ts'
import type {
  CodeSentShape,
  MethodShape,
  SecurityBuilder,
  SecurityTypes,
  StepShape,
  WayShape,
} from './builder.ts'
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
      heldUntil: t.expose('heldUntil', {
        type: 'DateTime',
        nullable: true,
        description:
          'Until when it is too new for a password reset: numbers and addresses are held for 24 hours. Null where it is not.',
      }),
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
  return {
    purpose,
    methodState,
    node,
    way,
    method,
    enrollmentStep,
    challengeStep,
    ...defineCodeTypes(builder, host, [enrollmentStep, challengeStep]),
  }
}

/** What all ways share whose codes are sent: core makes, sends and compares them. */
function defineCodeTypes(
  builder: SecurityBuilder,
  host: Host,
  interfaces: readonly InterfaceRef<SecurityTypes, StepShape>[],
) {
  const deliveryState = builder.enumType('DeliveryState', {
    description: 'How far a message has come.',
    values: {
      QUEUED: { description: 'It is about to be sent.' },
      SENT: { description: 'The provider took it.' },
      DELIVERED: { description: 'The provider says that it arrived.' },
      FAILED: { description: 'It will not arrive; `problem` says why.' },
      UNKNOWN: {
        description: 'The provider did not answer: it may still arrive. It is not sent again by itself.',
      },
    } as const,
  })
  const problem = builder.objectRef<{ readonly id: DeliveryProblem }>('DeliveryProblem').implement({
    description: 'Why a message did not arrive.',
    fields: (t) => ({
      code: t.string({
        description: 'Stable, for programs: `delivery.optedOut`, `delivery.unreachable`.',
        resolve: ({ id }) => `delivery.${id}`,
      }),
      message: t.string({
        description: 'What is the matter and what to do now, for people.',
        resolve: ({ id }, _args, { request }) => host.texts.message(`delivery.${id}`, request.locales),
      }),
    }),
  })
  const codeSent = builder.objectRef<CodeSentShape>('CodeSent').implement({
    description: 'A code is on its way to a number or address.',
    interfaces: [...interfaces],
    fields: (t) => ({
      destination: t.exposeString('destination', { description: 'Where it goes, masked.' }),
      note: t.string({
        nullable: true,
        description: 'Something to know, for people: an extension that was left out.',
        resolve: ({ note }, _args, { request }) => (note ? host.texts.message(note, request.locales) : null),
      }),
      delivery: t.expose('delivery', {
        type: deliveryState,
        description: 'How far it has come. Read the flow again, or subscribe to `flowUpdated`.',
      }),
      problem: t.field({
        type: problem,
        nullable: true,
        description: 'Why it will not arrive, where that is known.',
        resolve: (parent) => (parent.problem ? { id: parent.problem } : null),
      }),
      codeLength: t.exposeInt('codeLength', { description: 'How many digits it has.' }),
      resendAt: t.expose('resendAt', {
        type: 'DateTime',
        description: 'When `resendCode` may send a new one; the one before it stops working then.',
      }),
    }),
  })
  const codeProof = builder.inputType('CodeProofInput', {
    description: 'A code that was sent.',
    fields: (t) => ({
      code: t.field({
        type: 'Secret',
        required: true,
        description: `${CODE_LENGTH} digits; spaces between them do not matter.`,
      }),
    }),
  })
  return { codeSent, codeProof }
}

export type BaseTypes = ReturnType<typeof defineBaseTypes>
