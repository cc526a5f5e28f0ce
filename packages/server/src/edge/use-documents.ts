import type { GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { extraRules, parseBounded } from './check-document.ts'
import type { DocumentCache } from './document-cache.ts'
import { excess } from './excess.ts'
import { explainValidation } from './explain.ts'
import type { Limits } from './limits.ts'

export interface DocumentChecks {
  /** A sandbox, where people look around (H16). */
  readonly open: boolean
  readonly limits: Limits
  readonly cache: DocumentCache
}

/** What a document may be, before anything of it is executed. */
export function useDocuments({ open, limits, cache }: DocumentChecks): Plugin {
  const rules = extraRules(open)
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseBounded(source, limits, options))
    },
    onValidate({ params, addValidationRule, setResult }) {
      const { schema, documentAST } = params
      const above = excess(documentAST, limits)
      if (above.length > 0) {
        cache.forget(documentAST)
        return setResult([...above])
      }
      for (const rule of rules) addValidationRule(rule)
      return ({ valid, result, setResult }) => {
        if (valid) return
        cache.forget(documentAST)
        setResult([...explainValidation(schema, documentAST, result as readonly GraphQLError[], open)])
      }
    },
  }
}
