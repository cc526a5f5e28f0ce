/** GraphiQL as a person uses it, for tests of the story in its tabs. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Data = any

export interface StoryPage extends Page {
  /** Opens a tab. */
  open(tab: string): Promise<void>
  /** Opens a tab and presses Run; gives the answer's data. */
  run(tab: string): Promise<Data>
  /** Opens a tab, types between the quotes of `"code": ""` under Variables in the place of what is there, and presses Run. */
  runWith(tab: string, key: string, text: string): Promise<Data>
}

export function storyPage(page: Page): StoryPage {
  /**
   * By keyboard. Waits until GraphiQL has read the tab: before that it would run the text of this tab under the name of the
   * last one. It stores the text last of all.
   */
  const open = async (tab: string) => {
    const stored = 'Object.entries(localStorage).find(([key]) => key.endsWith("graphiql:query"))?.[1]'
    await page.getByRole('button', { name: tab, exact: true }).press('Enter')
    await expect.poll(() => page.evaluate(stored)).toContain(tab)
  }
  const press = async (tab: string): Promise<Data> => {
    const [response] = await Promise.all([
      page.waitForResponse((response) => response.request().postData()?.includes(tab) ?? false),
      page.getByRole('button', { name: 'Execute query' }).click(),
    ])
    const { data, errors } = (await response.json()) as { data: unknown; errors?: unknown }
    expect(errors).toBeUndefined()
    return data
  }
  /** Empties the last quotes of the line with this key, and puts the cursor between them. */
  const intoQuotes = async (key: string) => {
    const line = page.locator('[data-uri$="variables.json"] .view-line').filter({ hasText: key })
    const [after = '', inside = ''] = ((await line.textContent()) ?? '').split('"').reverse()
    await line.getByText(key).click()
    await page.keyboard.press('End')
    for (const _ of `"${after.trimEnd()}`) await page.keyboard.press('ArrowLeft')
    for (const _ of inside) await page.keyboard.press('Backspace')
  }

  return Object.assign(page, {
    open,
    async run(tab: string) {
      await open(tab)
      return press(tab)
    },
    async runWith(tab: string, key: string, text: string) {
      await open(tab)
      await intoQuotes(key)
      await page.keyboard.insertText(text)
      return press(tab)
    },
  })
}
