import type { Host } from '../host.ts'
import type { Interrupt, InterruptRule, Offer, OwedSection } from '../policy/interrupt.ts'
import type { BaseTypes } from './base-types.ts'
import type { SecurityBuilder } from './builder.ts'
import type { ErrorTypes } from './error-types.ts'

/** "More information required": why, what is missing, and what would do. */
export function defineInterruptTypes(
  builder: SecurityBuilder,
  host: Host,
  base: BaseTypes,
  errors: ErrorTypes,
) {
  const rule = builder.enumType('InterruptRule', {
    description: 'The rule behind an interrupt.',
    values: {
      TWO_FACTOR_REQUIRED: { description: 'A method for two-factor verification is missing.' },
      PASSWORD_RESET_REQUIRED: { description: 'A method for password reset is missing.' },
      SECTION_REQUIRED: { description: 'Another section, such as an app password, is not finished.' },
      RECONFIRMATION_DUE: { description: 'The methods have to be looked over again.' },
      ACCESS_PASS: {
        description: 'The session was opened with an access pass, and nothing has been set up in it yet.',
      },
      REVIEW: {
        description: 'Everything is there; the wizard only waits for "Done" (`finishRegistration`).',
      },
    } as const,
  })
  const reason = builder.objectRef<InterruptRule>('InterruptReason').implement({
    description: 'Why the person is asked.',
    fields: (t) => ({
      rule: t.field({ type: rule, description: 'The rule.', resolve: (parent) => parent }),
      message: t.string({
        description: 'The reason in words.',
        resolve: (parent, _args, { request }) => host.texts.message(`reason.${parent}`, request.locales),
      }),
    }),
  })
  const offer = builder.objectRef<Offer>('MethodOffer').implement({
    description: 'A kind of method the person could set up.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: 'The key for `beginEnrollment`.' }),
      title: t.string({
        description: 'Its name for people.',
        resolve: (parent, _args, { request }) => host.texts.of(parent.kind, 'title', request.locales),
      }),
      description: t.string({
        description: 'What it is, in a sentence.',
        resolve: (parent, _args, { request }) => host.texts.of(parent.kind, 'description', request.locales),
      }),
      satisfies: t.field({
        type: [base.purpose],
        description: 'What it would count for.',
        resolve: (parent) => [...parent.satisfies],
      }),
      blocked: t.expose('blocked', {
        type: errors.userError,
        nullable: true,
        description: "Why it can't be set up now, where that is so.",
      }),
    }),
  })
  const section = builder.objectRef<OwedSection>('WizardSection').implement({
    description: 'A section of the wizard that is not a method, such as an app password.',
    fields: (t) => ({
      plugin: t.exposeString('plugin', { description: 'The plugin that demands it.' }),
      id: t.exposeString('id', { description: 'Its name within the plugin.' }),
      title: t.string({
        description: 'Its name for people.',
        resolve: (parent, _args, { request }) =>
          host.texts.of(parent.plugin, `section.${parent.id}`, request.locales) || parent.id,
      }),
      done: t.exposeBoolean('done', { description: 'Whether it is finished.' }),
    }),
  })
  const interrupt = builder.objectRef<Interrupt>('Interrupt').implement({
    description: '"More information required": why the wizard opens, what is missing and what would do.',
    fields: (t) => ({
      reasons: t.field({
        type: [reason],
        description: 'Why the person is asked.',
        resolve: (parent) => [...parent.reasons],
      }),
      required: t.exposeInt('required', { description: 'How many different methods it takes in all.' }),
      position: t.exposeInt('position', { description: 'Which of them is next, from 1: "Method 1 of 2".' }),
      missing: t.field({
        type: [base.purpose],
        description: 'What is not covered yet.',
        resolve: (parent) => [...parent.missing],
      }),
      offers: t.field({
        type: [offer],
        description:
          'What would fill the gap: what can be set up now first, then by the organisation, then by strength.',
        resolve: (parent) => [...parent.offers],
      }),
      sections: t.field({
        type: [section],
        description: 'What is asked beyond methods.',
        resolve: (parent) => [...parent.sections],
      }),
      skippable: t.exposeBoolean('skippable', { description: 'Whether `snoozeRegistration` works now.' }),
      snoozesLeft: t.exposeInt('snoozesLeft', {
        nullable: true,
        description: 'How often it can still be put off; null where that is not counted.',
      }),
      deadline: t.expose('deadline', {
        type: 'DateTime',
        nullable: true,
        description: "When it can't be put off any longer, if every snooze is used.",
      }),
    }),
  })
  return { offer, interrupt }
}
