// The bare import has to survive into the declarations: without it, the global `PothosSchemaTypes` is unknown in another
// package and the builder silently becomes `any` there.
import '@pothos/core'
import SchemaBuilder from '@pothos/core'
import { GraphQLError, Kind } from 'graphql'
import type { RequestContext } from '../context.ts'
import type { DeliveryProblem } from '../contract/channel.ts'
import type { Purpose } from '../contract/plugin.ts'
import { Secret } from '../crypto/secret.ts'
import type { MethodState } from '../storage/tables.ts'

/** What every step resolves with: core adds both to the handler's view. */
export interface StepShape {
  /** The method kind, which also picks the GraphQL type. */
  readonly kind: string
  readonly way: string
}

/** How far a message has come. `UNKNOWN`: the provider did not answer, so it may arrive or not. */
export type DeliveryState = 'QUEUED' | 'SENT' | 'DELIVERED' | 'FAILED' | 'UNKNOWN'

/** The step of a way whose code is sent. */
export interface CodeSentShape extends StepShape {
  readonly destination: string
  readonly note?: string
  readonly delivery: DeliveryState
  readonly problem: DeliveryProblem | null
  readonly codeLength: number
  /** When another one may be asked for. */
  readonly resendAt: Date
}

/** A registered method as GraphQL sees it: core's part, to which the kind adds its own. */
export interface MethodShape {
  readonly id: string
  readonly kind: string
  readonly label: string
  /** The masked number or address it lives on. */
  readonly hint: string | null
  readonly state: MethodState
  readonly ways: readonly WayShape[]
  readonly usedFor: readonly Purpose[]
  readonly isDefault: boolean
  readonly phishingResistant: boolean
  readonly createdAt: Date
  readonly heldUntil: Date | null
  readonly lastUsedAt: Date | null
}

export interface WayShape {
  readonly kind: string
  readonly id: string
  readonly usedFor: readonly Purpose[]
}

interface BuilderTypes {
  Context: RequestContext
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date }
    Secret: { Input: Secret; Output: never }
    OneTimeSecret: { Input: never; Output: Secret | string }
  }
}
export type SecurityTypes = PothosSchemaTypes.ExtendDefaultTypes<BuilderTypes>
export type SecurityBuilder = PothosSchemaTypes.SchemaBuilder<SecurityTypes>

const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00.000Z')
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z')

/** One builder for each gateway, so that two gateways with different methods live in one process. */
export function createBuilder(): SecurityBuilder {
  const builder = new SchemaBuilder<BuilderTypes>({ defaultFieldNullability: false })
  builder.scalarType('DateTime', {
    description: 'A point in time: ISO 8601 in UTC, such as `2026-11-22T10:30:00.000Z`.',
    serialize: (value) => (value as Date).toISOString(),
    parseValue: (value) => {
      const date = typeof value === 'string' ? new Date(value) : undefined
      // ISO 8601 has four digits for a year, and the database knows none beyond them.
      if (date && date.getTime() >= FIRST_MOMENT && date.getTime() <= LAST_MOMENT) return date
      throw new GraphQLError('Expected a point in time such as "2026-11-22T10:30:00Z".')
    },
  })
  builder.scalarType('Secret', {
    description:
      'A password, code or token that is sent in. It is only ever an input, and is printed nowhere: not in logs, errors or traces.',
    serialize: () => {
      throw new Error('A Secret is input only.')
    },
    parseValue: (value) => {
      if (typeof value === 'string') return new Secret(value)
      throw new GraphQLError(`Expected a string, got ${value === null ? 'null' : typeof value}.`)
    },
    // An enum literal would otherwise pass as a string.
    parseLiteral: (node) => {
      if (node.kind === Kind.STRING) return new Secret(node.value)
      throw new GraphQLError('Expected a string in quotes.')
    },
  })
  builder.scalarType('OneTimeSecret', {
    description:
      'A secret that is shown in this one answer and never again: a session token, the key of an authenticator app. Keep it where it belongs, and do not log it.',
    serialize: (value) => (value instanceof Secret ? value.reveal() : String(value)),
    parseValue: () => {
      throw new GraphQLError('A OneTimeSecret is output only.')
    },
  })
  return builder
}
