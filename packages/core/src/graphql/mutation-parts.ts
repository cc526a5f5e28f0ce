import type { ObjectRef } from '@pothos/core'
import type { MethodKind } from '../contract/kind.ts'
import type { ActiveSession } from '../session/load.ts'
import type { BaseTypes } from './base-types.ts'
import type { SecurityBuilder, SecurityTypes } from './builder.ts'
import type { ComposedInputs } from './compose.ts'
import type { ErrorTypes } from './error-types.ts'
import type { FlowTypes } from './flow-types.ts'
import type { SessionTypes } from './session-types.ts'

/** What mutations are made of. */
export interface MutationParts {
  readonly builder: SecurityBuilder
  readonly base: BaseTypes
  readonly errors: ErrorTypes
  readonly sessions: SessionTypes
  readonly flows: FlowTypes
  readonly inputs: ComposedInputs
  readonly kinds: readonly MethodKind[]
  readonly viewer: ObjectRef<SecurityTypes, ActiveSession>
}
