import type { Texts as PluginTexts } from '../contract/messages.ts'
import type { Plugin } from '../contract/plugin.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { messagesDe } from './messages-de.ts'
import { messagesEn } from './messages-en.ts'
import { timeIn } from './time.ts'

/** Texts for people, in the best language there is. */
export interface Texts {
  /** The text of an error or hint code, its braces filled in. Unknown codes give the code itself. */
  message(code: string, locales: readonly string[], values?: Values): string
  /** A text of a plugin: `title`, `setup`, `way.code`. Empty where the plugin has none. */
  of(plugin: string, key: string, locales: readonly string[], values?: Values): string
}

/** What fills the braces of a text; a time is written as the language has it. */
export type Values = Readonly<Record<string, string | number | Date>>

/** Core's texts with those of the loaded plugins. */
export function createTexts(plugins: readonly Plugin[]): Texts {
  const core: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    en: { ...en, ...messagesEn },
    de: { ...de, ...messagesDe },
  }
  const byPlugin = new Map(plugins.map((plugin) => [plugin.id, plugin.messages]))

  const find = (
    source: Readonly<Record<string, PluginTexts>> | undefined,
    key: string,
    locales: readonly string[],
  ) => {
    if (!source) return undefined
    const candidates = [...locales.flatMap((locale) => [locale, locale.split('-')[0] ?? locale]), 'en']
    return candidates
      .map((locale) => (Object.hasOwn(source, locale) ? source[locale]?.[key] : undefined))
      .find((text) => text !== undefined)
  }
  return {
    message(code, locales, values = {}) {
      const owner = byPlugin.get(code.split('.')[0] ?? '')
      const text = find(core, code, locales) ?? find(owner, code, locales) ?? code
      return fill(text, values, locales)
    },
    of: (plugin, key, locales, values = {}) =>
      fill(find(byPlugin.get(plugin), key, locales) ?? '', values, locales),
  }
}

function fill(text: string, values: Values, [locale = 'en']: readonly string[]): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => {
    const value = values[name] ?? all
    return value instanceof Date ? timeIn(locale, value) : String(value)
  })
}
