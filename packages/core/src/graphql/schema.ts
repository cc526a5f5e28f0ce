import { type GraphQLSchema, isInputObjectType } from 'graphql'
import type { MethodKind } from '../contract/kind.ts'
import type { Deps, Plugin } from '../contract/plugin.ts'
import type { MethodSchema } from '../contract/schema-kit.ts'
import { ConfigurationFault } from '../faults.ts'
import type { Host } from '../host.ts'
import { createDesk } from '../lifecycle/desk.ts'
import { withPatience } from '../lifecycle/patience.ts'
import { guardSchema } from './access.ts'
import { defineAdminMutations, defineAdminTypes } from './admin-types.ts'
import { defineBaseTypes, type TypeNames } from './base-types.ts'
import { createBuilder } from './builder.ts'
import { defineChallengeMutations } from './challenge-mutations.ts'
import { defineCodeMutations } from './code-mutations.ts'
import { composeInputs, createKit, typePrefix } from './compose.ts'
import { countRefusals } from './count-refusals.ts'
import { defineDeviceTypes } from './device-types.ts'
import { defineEnrollmentMutations } from './enrollment-mutations.ts'
import { defineErrorTypes } from './error-types.ts'
import { defineFlowTypes } from './flow-types.ts'
import { defineManagementMutations } from './management-mutations.ts'
import { defineNoticeMutations } from './notice-mutations.ts'
import { definePasswordMutations } from './password-mutations.ts'
import { defineQueries } from './queries.ts'
import { defineRegistrationMutations } from './registration-mutations.ts'
import { defineResetMutations } from './reset-mutations.ts'
import { defineResetTypes } from './reset-types.ts'
import { defineSessionTypes } from './session-types.ts'
import { defineSignInMutations } from './sign-in-mutations.ts'
import { defineSubscriptions } from './subscriptions.ts'

/**
 * Builds the schema of one gateway: core's types, then each plugin's, then the inputs composed from them. Puts the kinds,
 * with their handlers, into `kinds`, which the host already holds.
 */
export function buildSchema(
  host: Host,
  plugins: readonly Plugin[],
  deps: Deps,
  kinds: Map<string, MethodKind>,
): GraphQLSchema {
  const builder = createBuilder()
  const names: TypeNames = { setup: new Map(), prompt: new Map(), details: new Map() }
  const base = defineBaseTypes(builder, host, names)
  const errors = defineErrorTypes(builder, host, base)
  const sessions = defineSessionTypes(builder, host, base, errors)
  const flows = defineFlowTypes(builder, host, base)
  const resets = defineResetTypes(builder, host, base, errors)
  builder.mutationType({
    description: 'Changing. At most one mutation that takes a credential in a document.',
  })
  const viewer = defineQueries(builder, host, base, sessions)
  defineAdminTypes(builder)

  for (const plugin of plugins) {
    naming(plugin, () => {
      const desk = createDesk(host, plugin.id)
      const kit = createKit(builder, base, { errors, session: sessions.session, desk })
      if (plugin.method) {
        const refs: MethodSchema = plugin.method.schema(kit)
        names.setup.set(plugin.id, refs.setup.name)
        names.prompt.set(plugin.id, refs.prompt.name)
        names.details.set(plugin.id, refs.details.name)
        const handlers = withPatience(plugin.id, plugin.method.create(deps))
        kinds.set(plugin.id, { ...plugin, method: plugin.method, refs, handlers })
      }
      plugin.schema?.(kit)
    })
  }
  const inputs = composeInputs(builder, [...kinds.values()])
  const parts = { builder, base, errors, sessions, flows, inputs, kinds: [...kinds.values()], viewer }
  defineSignInMutations(parts)
  defineChallengeMutations(parts)
  defineEnrollmentMutations(parts)
  defineCodeMutations(parts)
  defineNoticeMutations(parts)
  defineManagementMutations(parts)
  defineRegistrationMutations(parts)
  definePasswordMutations(parts)
  defineResetMutations(parts, resets)
  defineAdminMutations(parts)
  defineDeviceTypes(parts)
  defineSubscriptions(parts)
  const schema = builder.toSchema()
  checkCodeProofs(schema, [...kinds.values()])
  checkRetyped([...kinds.values()])
  return countRefusals(guardSchema(schema))
}

/** Core compares the codes it sends, so it has to find them in the proof. @throws ConfigurationFault */
function checkCodeProofs(schema: GraphQLSchema, kinds: readonly MethodKind[]): void {
  const faults = kinds.flatMap(({ id, method, refs }) =>
    method.ways.every((way) => way.channel === undefined)
      ? []
      : (['confirm', 'proof'] as const).flatMap((input) => {
          const type = schema.getType(refs[input].name)
          if (isInputObjectType(type) && String(type.getFields().code?.type) === 'Secret!') return []
          const problem = 'codes are sent to it, but it has no field `code: Secret!`'
          return [{ where: `plugin "${id}", schema.${input}`, problem, fix: 'Use `kit.codeProof`.' }]
        }),
  )
  if (faults.length > 0) throw new ConfigurationFault(faults)
}

/** In a reset nobody is shown where a code would go, so it has to be typed again. @throws ConfigurationFault */
function checkRetyped(kinds: readonly MethodKind[]): void {
  const faults = kinds.flatMap(({ id, method, refs, handlers }) =>
    method.ways.some((way) => way.channel !== undefined && way.usedFor.includes('PASSWORD_RESET')) &&
    !(refs.retyped && handlers.retyped)
      ? [
          {
            where: `plugin "${id}", schema.retyped and handlers.retyped`,
            problem:
              'a way sends codes and counts for password reset, but nothing reads the number or address again',
            fix: 'Add both, or take PASSWORD_RESET out of the way.',
          },
        ]
      : [],
  )
  if (faults.length > 0) throw new ConfigurationFault(faults)
}

/** Whatever goes wrong while a plugin registers its types names the plugin. */
function naming(plugin: Plugin, register: () => void): void {
  try {
    register()
  } catch (error) {
    if (error instanceof ConfigurationFault || !(error instanceof Error)) throw error
    throw new ConfigurationFault([
      {
        where: `plugin "${plugin.id}", GraphQL schema`,
        problem: error.message,
        fix: `Begin the name of every type with "${typePrefix(plugin.id)}" and use each name once.`,
      },
    ])
  }
}
