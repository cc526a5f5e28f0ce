import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type ParseOptions,
  parse,
  type Source,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import { costFault } from './cost.ts'
import { excess } from './excess.ts'
import { explainValidation } from './explain.ts'
import { type Limits, tooComplex } from './limits.ts'
import { OneCredentialRule } from './one-credential.ts'

/** Rules beside the specification's. `open`: a sandbox, where people look around (H16). */
export function extraRules(open: boolean): readonly ValidationRule[] {
  return open ? [OneCredentialRule] : [OneCredentialRule, NoSchemaIntrospectionCustomRule]
}

/** Parses no further than a document may be long. @throws GraphQLError */
export function parseBounded(
  source: string | Source,
  { tokens }: Pick<Limits, 'tokens'>,
  options: ParseOptions = {},
): DocumentNode {
  try {
    return parse(source, { ...options, maxTokens: tokens })
  } catch (error) {
    if (!(error instanceof GraphQLError) || !error.message.includes('Parsing aborted')) throw error
    throw tooComplex(
      'tokens',
      `This document has more than ${tokens} tokens. Ask for less at once, and send values as variables.`,
    )
  }
}

/** What is wrong with a document, in words for its author. Requests go through the same steps, one hook each (`use-documents.ts`). */
export function documentFaults(schema: GraphQLSchema, text: string, limits: Limits): readonly GraphQLError[] {
  try {
    const document = parseBounded(text, limits)
    const above = excess(document, limits)
    if (above.length > 0) return above
    const errors = validate(schema, document, [...specifiedRules, ...extraRules(false)])
    if (errors.length > 0) return explainValidation(schema, document, errors, true)
    return document.definitions.flatMap((one) =>
      one.kind === Kind.OPERATION_DEFINITION ? (costFault(schema, document, one, limits) ?? []) : [],
    )
  } catch (error) {
    if (error instanceof GraphQLError) return [error]
    throw error
  }
}
