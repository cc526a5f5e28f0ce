import type { ResetRefusal, ResetRefused } from '../errors.ts'
import type { Host } from '../host.ts'
import type { FlowView } from '../lifecycle/flow.ts'
import type { ActiveReset } from '../reset/load.ts'
import { type ResetOption, type Standing, standingOf } from '../reset/standing.ts'
import type { BaseTypes } from './base-types.ts'
import type { SecurityBuilder } from './builder.ts'
import type { ErrorTypes } from './error-types.ts'
import { encodeId } from './ids.ts'

/** A password reset: what it takes, how far it has come, what can be proven next. */
export function defineResetTypes(
  builder: SecurityBuilder,
  host: Host,
  base: BaseTypes,
  { userError }: ErrorTypes,
) {
  const refusal = builder.enumType('ResetRefusal', {
    description: "Why a password reset can't go on. Only who has proven something in it hears this.",
    values: {
      DISABLED: { description: 'The organisation has switched password reset off.' },
      NOT_IN_GROUP: { description: 'The person is in no group that may reset their password.' },
      NOT_ENOUGH_METHODS: { description: 'There is no other method that counts for reset.' },
      ADMINISTRATOR_NEEDED: { description: 'What is left was disabled: an administrator has to help.' },
      LOCKED: { description: 'What is left is closed after too many wrong proofs; `until` says how long.' },
      HELD: { description: 'What is left was added or changed too recently; `until` says how long.' },
    } as const satisfies Record<ResetRefusal, object>,
  })
  const refused = builder.objectRef<ResetRefused>('ResetRefused').implement({
    description: "The password reset can't go on. `askAdministrator` always can.",
    interfaces: [userError],
    fields: (t) => ({
      reason: t.expose('reason', { type: refusal, description: 'Why, for programs.' }),
      until: t.expose('until', {
        type: 'DateTime',
        nullable: true,
        description: 'When it is worth another try, where that is known.',
      }),
    }),
  })
  const option = builder.objectRef<ResetOption>('ResetOption').implement({
    description: 'A kind of method that can be proven next.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: 'The key for `beginResetGate`.' }),
      title: t.string({
        description: 'Its name for people.',
        resolve: ({ kind }, _args, { request }) => host.texts.of(kind, 'title', request.locales),
      }),
      ways: t.field({
        type: ['String'],
        description: 'Its ways, for `beginResetGate`.',
        resolve: ({ ways }) => [...ways],
      }),
      retyped: t.boolean({
        description: 'Whether the number or address has to be typed again.',
        resolve: ({ kind }) => host.kinds.get(kind)?.refs.retyped !== undefined,
      }),
    }),
  })
  const standing = (reset: ActiveReset): Standing => standingOf(host, reset)
  const reset = builder.objectRef<ActiveReset>('PasswordReset').implement({
    description:
      'A password reset, or the rehearsal of one. Before the first proof it says the same to everybody, whether the account exists or not.',
    fields: (t) => ({
      gatesRequired: t.int({
        description: 'How many different methods it takes.',
        resolve: (parent) => standing(parent).required,
      }),
      gatesPassed: t.int({
        description: 'How many of them are proven.',
        resolve: (parent) => standing(parent).proven,
      }),
      ready: t.boolean({
        description: 'Whether a new password can be set (or the rehearsal ended) now.',
        resolve: (parent) => standing(parent).ready,
      }),
      options: t.field({
        type: [option],
        description:
          'What can be proven next: before the first proof what the organisation allows, then what the person has.',
        resolve: (parent) => [...standing(parent).options],
      }),
      refusal: t.field({
        type: refused,
        nullable: true,
        description: "Why it can't go on; null where it can, and before the first proof.",
        resolve: (parent) => standing(parent).refusal,
      }),
      rehearsal: t.exposeBoolean('rehearsal', { description: 'Whether no password changes at its end.' }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        description: 'When it ends, whatever happens: 15 minutes after it began.',
      }),
    }),
  })
  const gate = builder.objectRef<FlowView>('ResetGate').implement({
    description: 'A proof that is asked for in a password reset.',
    fields: (t) => ({
      id: t.id({
        description: 'For `verifyResetGate`. Not a node: the token of the reset holds it.',
        resolve: (parent) => encodeId('ResetGate', parent.id),
      }),
      kind: t.exposeString('kind', { description: 'The method kind.' }),
      attemptsLeft: t.exposeInt('attemptsLeft', { description: 'How many proofs it will compare.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends.' }),
      step: t.expose('step', {
        type: base.challengeStep,
        nullable: true,
        description:
          'What the person is asked for. A code shows as on its way whether or not there is anybody to send it to.',
      }),
    }),
  })
  return { refused, reset, gate }
}

export type ResetTypes = ReturnType<typeof defineResetTypes>
