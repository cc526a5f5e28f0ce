import { appPasswords } from './story/app-passwords.ts'
import { helping } from './story/helping.ts'
import { managing } from './story/managing.ts'
import { questions } from './story/questions.ts'
import { registering } from './story/registering.ts'
import { resetting } from './story/resetting.ts'
import { sideWays } from './story/side-ways.ts'
import { signingIn } from './story/signing-in.ts'
import type { Playable, Tab } from './story/tab.ts'

/** The story of the product, one tab each, to be run from left to right. A tab's title is the name of its operation. */
export function storyTabs({ demo, administrator }: Playable): readonly Tab[] {
  return [
    ...registering(demo),
    ...signingIn(demo),
    ...managing(),
    ...questions(),
    ...resetting(demo),
    ...helping(demo, administrator),
    ...appPasswords(),
    ...sideWays(),
  ]
}
