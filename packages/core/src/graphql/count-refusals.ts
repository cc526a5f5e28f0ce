import { defaultFieldResolver, type GraphQLSchema } from 'graphql'
import type { RequestContext } from '../context.ts'

/**
 * Counts every expected failure of every mutation, by its code: whatever limit trips, an operator sees it. The codes are a fixed list, of
 * core's and the plugins' own.
 */
export function countRefusals(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver
    field.resolve = async (source, args, context: RequestContext, info) => {
      const result: unknown = await resolve(source, args, context, info)
      const code = codeOf(result)
      if (code) context.host.metrics.count('refusals_total', { mutation: field.name, code })
      return result
    }
  }
  return schema
}

function codeOf(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('code' in result)) return undefined
  return typeof result.code === 'string' ? result.code : undefined
}
