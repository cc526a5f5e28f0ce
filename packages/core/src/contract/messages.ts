/**
 * Texts for people. A plugin's keys are its own: `title` and `description` introduce the kind, `setup` and `prompt` are
 * the instructions of its two steps, `way.<id>` names a way, `section.<id>` a section of the wizard, and everything namespaced `<id>.` is an error or a hint.
 * Values in braces are filled in: `{limit}`.
 */
export type MessageKey<Id extends string> =
  | 'title'
  | 'description'
  | 'setup'
  | 'prompt'
  | `way.${string}`
  | `section.${string}`
  | `${Id}.${string}`

export type Texts<Key extends string = string> = { readonly [K in Key]?: string }

/** By locale (BCP 47). English is what every other locale falls back to. */
export interface Messages<Id extends string> {
  readonly en: Texts<MessageKey<Id>>
  readonly [locale: string]: Texts<MessageKey<Id>>
}
