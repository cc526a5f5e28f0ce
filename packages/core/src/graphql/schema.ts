import type { GraphQLSchema } from 'graphql'
import type { MethodKind } from '../contract/kind.ts'
import type { Deps, Plugin } from '../contract/plugin.ts'
import { ConfigurationFault } from '../faults.ts'
import type { Host } from '../host.ts'
import { guardSchema } from './access.ts'
import { defineBaseTypes, type TypeNames } from './base-types.ts'
import { createBuilder } from './builder.ts'
import { defineChallengeMutations } from './challenge-mutations.ts'
import { composeInputs, createKit, typePrefix } from './compose.ts'
import { defineEnrollmentMutations } from './enrollment-mutations.ts'
import { defineErrorTypes } from './error-types.ts'
import { defineFlowTypes } from './flow-types.ts'
import { defineManagementMutations } from './management-mutations.ts'
import { defineQueries } from './queries.ts'
import { defineRegistrationMutations } from './registration-mutations.ts'
import { defineSessionTypes } from './session-types.ts'
import { defineSignInMutations } from './sign-in-mutations.ts'

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
  builder.mutationType({
    description: 'Changing. At most one mutation that takes a credential in a document.',
  })
  defineQueries(builder, host, base, sessions)

  for (const plugin of plugins) {
    naming(plugin, () => {
      const kit = createKit(builder, base, names, plugin.id)
      if (plugin.method) {
        const refs = plugin.method.schema(kit)
        kinds.set(plugin.id, { ...plugin, method: plugin.method, refs, handlers: plugin.method.create(deps) })
      }
      plugin.schema?.(kit)
    })
  }
  const inputs = composeInputs(builder, [...kinds.values()])
  const parts = { builder, base, errors, sessions, flows, inputs }
  defineSignInMutations(parts)
  defineChallengeMutations(parts)
  defineEnrollmentMutations(parts)
  defineManagementMutations(parts)
  defineRegistrationMutations(parts)
  return guardSchema(builder.toSchema())
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
