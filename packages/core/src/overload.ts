import { GraphQLError } from 'graphql'

/**
 * The gateway has more to do than it can at the moment. Nothing was begun and no attempt was spent; the same request may be sent
 * again. An error and no data, since it can meet every operation alike.
 */
export function overloaded(): GraphQLError {
  return new GraphQLError(
    'The gateway is busier than it can be at the moment. Nothing was done; try again in a moment.',
    {
      extensions: { code: 'OVERLOADED', http: { status: 429, headers: { 'retry-after': '2' }, spec: true } },
    },
  )
}
