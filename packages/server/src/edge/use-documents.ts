import { type GraphQLError, NoSchemaIntrospectionCustomRule, parse } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { DepthRule } from './depth.ts'
import { explainValidation } from './explain.ts'
import { OneCredentialRule } from './one-credential.ts'

const MAX_TOKENS = 1000

/** What a document may be, before anything of it is executed. `open`: a sandbox, where people look around (H16). */
export function useDocuments({ open }: { readonly open: boolean }): Plugin {
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parse(source, { ...options, maxTokens: MAX_TOKENS }))
    },
    onValidate({ params, addValidationRule }) {
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
