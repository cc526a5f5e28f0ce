import type { Host } from '../host.ts'
import type { BegunChallenge } from '../lifecycle/challenge.ts'
import type { BegunEnrollment } from '../lifecycle/enroll.ts'
import type { FlowView } from '../lifecycle/flow.ts'
import type { Resent } from '../lifecycle/resend.ts'
import { twoFactorOptions } from '../session/two-factor.ts'
import type { BaseTypes } from './base-types.ts'
import type { SecurityBuilder } from './builder.ts'
import { describeMethods } from './describe.ts'
import { encodeId } from './ids.ts'
import { sessionOf } from './results.ts'

/** Begun and not yet finished: enrolments and challenges. */
export function defineFlowTypes(builder: SecurityBuilder, host: Host, base: BaseTypes) {
  const state = builder.enumType('FlowState', {
    description: 'Whether a flow still takes a proof.',
    values: {
      OPEN: { description: 'It waits for a proof.' },
      SIGNALLED: { description: 'Its proof arrived out of band (an approved notification): redeem it now.' },
      ENDED: { description: 'Spent, expired or out of attempts.' },
    } as const,
  })
  const enrollment = builder.objectRef<FlowView>('Enrollment').implement({
    description: 'A method being set up.',
    interfaces: [base.node],
    fields: (t) => ({
      id: t.id({
        description: 'For `confirmEnrollment`.',
        resolve: (parent) => encodeId('Enrollment', parent.id),
      }),
      kind: t.exposeString('kind', { description: 'The method kind.' }),
      state: t.expose('state', { type: state, description: 'Whether it still takes a proof.' }),
      attemptsLeft: t.exposeInt('attemptsLeft', { description: 'How many more proofs it will compare.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends.' }),
      step: t.expose('step', {
        type: base.enrollmentStep,
        nullable: true,
        description:
          'What the person needs. Only in the answer that began it, for it is shown once; null afterwards, but for `CodeSent`.',
      }),
    }),
  })
  const challenge = builder.objectRef<FlowView>('Challenge').implement({
    description: 'A proof that is asked for.',
    interfaces: [base.node],
    fields: (t) => ({
      id: t.id({
        description: 'For `verifyChallenge`.',
        resolve: (parent) => encodeId('Challenge', parent.id),
      }),
      kind: t.exposeString('kind', { description: 'The method kind that is asked.' }),
      state: t.expose('state', { type: state, description: 'Whether it still takes a proof.' }),
      attemptsLeft: t.exposeInt('attemptsLeft', { description: 'How many more proofs it will compare.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends.' }),
      step: t.expose('step', {
        type: base.challengeStep,
        nullable: true,
        description:
          'What the person is asked for. Only in the answer that began it; null afterwards, but for `CodeSent`.',
      }),
      alternatives: t.field({
        type: [base.method],
        description: 'Other methods that would do ("use another method").',
        resolve: async (parent, _args, context) => {
          const session = await sessionOf(context)
          const others = twoFactorOptions(host, session)
            .map((option) => option.method)
            .filter((method) => method.id !== parent.methodId)
          return describeMethods(context, session, others)
        },
      }),
    }),
  })
  const beginEnrollmentPayload = builder.objectRef<BegunEnrollment>('BeginEnrollmentPayload').implement({
    description: 'The enrolment has begun.',
    fields: (t) => ({
      enrollment: t.expose('enrollment', { type: enrollment, description: 'The enrolment.' }),
    }),
  })
  const beginChallengePayload = builder.objectRef<BegunChallenge>('BeginChallengePayload').implement({
    description: 'The challenge has begun.',
    fields: (t) => ({ challenge: t.expose('challenge', { type: challenge, description: 'The challenge.' }) }),
  })
  const flow = builder.unionType('Flow', {
    description: 'Begun and not yet finished.',
    types: [enrollment, challenge],
    resolveType: (value) => ((value as FlowView).type === 'enrollment' ? 'Enrollment' : 'Challenge'),
  })
  const resendCodePayload = builder.objectRef<Resent>('ResendCodePayload').implement({
    description: 'A new code is on its way; the one before it no longer works.',
    fields: (t) => ({
      flow: t.expose('flow', { type: flow, description: 'The enrolment or challenge as it is now.' }),
    }),
  })
  return { enrollment, challenge, flow, beginEnrollmentPayload, beginChallengePayload, resendCodePayload }
}

export type FlowTypes = ReturnType<typeof defineFlowTypes>
