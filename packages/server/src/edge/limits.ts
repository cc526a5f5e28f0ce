import { type ASTNode, GraphQLError } from 'graphql'

/** What one request may ask for. What is above is refused before anything is executed (H14). */
export interface Limits {
  /** Levels of fields, fragments counted where they are spread. */
  readonly depth: number
  /** Fields that are renamed. No type of the schema needs more than two to be asked for with all it has. */
  readonly aliases: number
  readonly directives: number
  readonly tokens: number
  /** Fields that an answer could have, see `cost.ts`. */
  readonly cost: number
  /** Items of a list that is sent. */
  readonly items: number
  /** Bytes of a body. */
  readonly bodyBytes: number
  /** How long an operation is waited for. */
  readonly timeoutMs: number
}

export const LIMITS: Limits = {
  depth: 8,
  aliases: 4,
  directives: 50,
  tokens: 1000,
  cost: 1000,
  items: 100,
  bodyBytes: 100_000,
  timeoutMs: 10_000,
}

/** A limit's name, as `extensions.limit` and the metric have it. */
export type LimitName = keyof Limits

/** A document, or what came with it, is above a limit. Says which, how far, and what to do. */
export function tooComplex(limit: LimitName, message: string, nodes: readonly ASTNode[] = []): GraphQLError {
  // `spec`: a client that asks for `application/json` gets 200 with the error, as GraphQL over HTTP has it.
  const extensions = { code: 'TOO_COMPLEX', limit, http: { status: 400, spec: true } }
  return new GraphQLError(message, { nodes, extensions })
}

/** A list that was sent is longer than anything here needs (H19); `where` says which. */
export function tooManyItems(where: string, length: number, most: number): GraphQLError {
  const limit: LimitName = 'items'
  const extensions = { code: 'BAD_USER_INPUT', limit, http: { status: 400, spec: true } }
  return new GraphQLError(`${where} has ${length} items; at most ${most} are possible. Send fewer.`, {
    extensions,
  })
}

/** Which limit an error is about, where it is about one. */
export function limitOf({ extensions }: GraphQLError): LimitName | undefined {
  const name = extensions.limit
  return typeof name === 'string' && Object.hasOwn(LIMITS, name) ? (name as LimitName) : undefined
}
