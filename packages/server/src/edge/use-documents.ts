import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { extraRules, parseBounded } from './check-document.ts'
import { excess } from './excess.ts'
import { explainValidation } from './explain.ts'
import type { Limits } from './limits.ts'

export interface DocumentChecks {
  /** A sandbox, where people look around (H16). */
  readonly open: boolean
  readonly limits: Limits
}

/** What a document may be, before anything of it is executed. */
export function useDocuments({ open, limits }: DocumentChecks): Plugin {
  const rules = extraRules(open)
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseBounded(source, limits, options))
    },
    onValidate({ params, addValidationRule, setResult }) {
      const { schema, documentAST } = params
      const above = excess(documentAST, limits)
      if (above.length > 0) return setResult([...above])
      for (const rule of rules) addValidationRule(rule)
      return ({ valid, result, setResult }) => {
        if (!valid)
          setResult([...explainValidation(schema, documentAST, result as readonly GraphQLError[], open)])
      }
    },
  }
}
