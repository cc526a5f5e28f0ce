import type { FlowView } from '../lifecycle/flow.ts'
import { watchFlow } from '../lifecycle/watch.ts'
import { access } from './access.ts'
import { decodeFlowId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { sessionOf } from './results.ts'

/** Live: what a client would otherwise poll `node(id)` for. */
export function defineSubscriptions({ builder, flows }: MutationParts) {
  builder.subscriptionType({
    description: 'Live, over server-sent events.',
    fields: (t) => ({
      flowUpdated: t.field({
        type: flows.flow,
        description:
          'An enrolment or challenge, now and whenever it changes: how far its code has come, that its proof arrived out of band, that it ended. Ends with the flow or the session. At most 5 at once for a person.',
        extensions: access('session'),
        args: { id: t.arg.id({ required: true, description: 'The id of the enrolment or challenge.' }) },
        subscribe: async (_root, { id }, context) =>
          watchFlow(context, await sessionOf(context), decodeFlowId(id)),
        resolve: (flow) => flow as FlowView,
      }),
    }),
  })
}
