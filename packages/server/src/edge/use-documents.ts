import {
  type ASTVisitor,
  type GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  type ValidationContext,
} from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { badInput } from './client-errors.ts'
import { DepthRule } from './depth.ts'
import { explainValidation } from './explain.ts'
import { OneCredentialRule } from './one-credential.ts'

const MAX_TOKENS = 1000

/** Refuses kinds of operations that the schema has not, before execution would fail over them. */
function OperationRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (context.getSchema().getRootType(node.operation)) return
      context.reportError(
        badInput(`There is no ${node.operation} here; expected a query or a mutation.`, [node]),
      )
    },
  }
}

/** What a document may be, before anything of it is executed. `open`: a sandbox, where people look around (H16). */
export function useDocuments({ open }: { readonly open: boolean }): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: MAX_TOKENS }))
    },
    onValidate({ params, addValidationRule }) {
      addValidationRule(OperationRule)
      addValidationRule(OneCredentialRule)
      addValidationRule(DepthRule)
      if (!open) addValidationRule(NoSchemaIntrospectionCustomRule)
      return ({ valid, result, setResult }) => {
        if (!valid)
          setResult([
            ...explainValidation(params.schema, params.documentAST, result as readonly GraphQLError[], open),
          ])
      }
    },
  }
}
