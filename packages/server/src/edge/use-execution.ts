import type { RequestContext, RequestInfo } from '@security-info/core'
import { type GraphQLSchema, getOperationAST } from 'graphql'
import { createGraphQLError, type Plugin } from 'graphql-yoga'
import type { PublicAddress } from './public-address.ts'
import { stateOf } from './request-state.ts'
import { sentToken, setCookie } from './session-token.ts'
import { variableFaults } from './variables.ts'

export interface Execution {
  readonly schema: GraphQLSchema
  readonly address: PublicAddress
  /** See `useDocuments`. */
  readonly open: boolean
  readonly timeoutMs: number
  context(request: RequestInfo): RequestContext
}

/** Runs a checked document: variables first, then with core's context and nothing of yoga's, for a limited time. */
export function useExecution({ schema, address, open, timeoutMs, context }: Execution): Plugin {
  return {
    onExecute({ args, executeFn, setExecuteFn, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName)
      const faults = operation ? variableFaults(schema, operation, args.variableValues ?? {}, open) : []
      if (faults.length > 0) {
        setResultAndStopExecution({ errors: faults })
        return
      }
      const { request } = args.contextValue as { request: Request }
      setExecuteFn((executed) =>
        within(timeoutMs, executeFn({ ...executed, contextValue: context(requestInfo(request, address)) })),
      )
    },
  }
}

function requestInfo(request: Request, address: PublicAddress): RequestInfo {
  const { requestId, clientAddress, cookies } = stateOf(request)
  const client = request.headers.get('user-agent')?.slice(0, 200)
  return {
    requestId,
    clientAddress,
    ...sentToken(request.headers, address),
    ...(client ? { client } : {}),
    locales: localesOf(request.headers.get('accept-language')),
    onToken(token, transport) {
      if (transport === 'COOKIE') cookies.push(setCookie(token, address))
    },
  }
}

/** RFC 9110 12.5.4: best first. A client that names none gets English from core. */
function localesOf(header: string | null): readonly string[] {
  return (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part, index) => {
      const [tag = '', quality] = part.trim().split(/\s*;\s*q=/)
      return { tag, index, weight: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter(({ tag, weight }) => /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .map(({ tag }) => tag)
}

async function within<T>(milliseconds: number, work: T | Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `The request took longer than ${milliseconds / 1000} s and is no longer waited for.`
      reject(createGraphQLError(message, { originalError: new Error(message) }))
    }, milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
