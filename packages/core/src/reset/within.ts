import type { AccountEvent } from '../contract/plugin.ts'
import type { Host } from '../host.ts'
import { inTransaction } from '../lifecycle/patience.ts'
import type { Policy } from '../policy/document.ts'
import type { Db } from '../storage/database.ts'

/** Lets plugins do their part in the transaction: what one of them throws undoes all of it. Returns what they want said. */
export async function tellPlugins(
  { plugins }: Pick<Host, 'plugins'>,
  tx: Db,
  event: AccountEvent,
  policy: Policy,
): Promise<readonly string[]> {
  const said: string[] = []
  for (const plugin of plugins) {
    const code = await inTransaction(plugin.id, async () =>
      plugin.within?.(tx, event, policy.methods[plugin.id] ?? {}),
    )
    if (code) said.push(code)
  }
  return said
}
