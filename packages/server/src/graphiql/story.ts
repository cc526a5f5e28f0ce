import { managing } from './story/managing.ts'
import { registering } from './story/registering.ts'
import { signingIn } from './story/signing-in.ts'
import type { DemoPerson, Tab } from './story/tab.ts'

/** The story of the product, one tab each, to be run from left to right. A tab's title is the name of its operation. */
export function storyTabs(demo: DemoPerson): readonly Tab[] {
  return [...registering(demo), ...signingIn(demo), ...managing()]
}
