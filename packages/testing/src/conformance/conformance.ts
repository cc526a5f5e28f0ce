import type { Plugin } from '@security-info/core'
import type { FlowAnswer } from '../gateway/answers.ts'

/** What a person is shown: its `__typename`, its `way`, and the fields that `setup` or `prompt` select. */
export type Shown = FlowAnswer['step']

/** What a proof is asked for. */
export interface Asked {
  /** The first proof of a new method, or the answer to a challenge. */
  readonly flow: 'enrollment' | 'challenge'
  readonly step: Shown
}

/** What a plugin's author tells the kit: how a person with this kind of authenticator behaves. */
export interface Conformance<Device> {
  /** Makes the plugin, as a server would. */
  readonly plugin: () => Plugin
  /** Plugins it has to get along with in one schema; those that bring a channel it needs are loaded everywhere. */
  readonly others?: readonly Plugin[]
  /**
   * The input of `beginEnrollment`, where the kind needs one. A function where it is another each time (nobody registers a
   * number twice) or depends on the way.
   */
  readonly begin?: object | ((way: string) => object)
  /** Fields of the setup type that `enroll` needs: `... on TotpSetup { manualKey }`. Those of `CodeSent` are there anyway. */
  readonly setup?: string
  /** Fields of the prompt type that `answer` needs. */
  readonly prompt?: string
  /** The ways by which a method can be set up; all of them, where it is left out. */
  readonly enrollsBy?: readonly string[]
  /**
   * Plays the person who sets the method up: gives the device they now hold, and its first proof. `code` is what was sent,
   * empty where nothing is; `begun` is the input that began it; `step.way` says by which way.
   */
  enroll(
    step: Shown,
    now: Date,
    code: string,
    begun: object,
  ): Promise<{ readonly device: Device; readonly proof: object }>
  /** Plays the person who is asked: gives the proof. `now` is at least half a minute after the last proof. */
  answer(device: Device, step: Shown, now: Date, code: string): Promise<object>
  /** A proof of the right form that is not right. No first proof is asked for where the kind is `knowledgeBased`: people make it up. */
  readonly wrong: object | ((asked: Asked) => object | Promise<object>)
  /** Proofs of the wrong form: refused before an attempt is spent. */
  readonly malformed: readonly object[] | ((asked: Asked) => readonly object[])
  /**
   * What is typed again in a password reset, where a way sends codes and counts for it: by the owner of the device, and by
   * somebody whose number or address nobody has registered. Both of one form, so that their masks look alike.
   */
  readonly retype?: {
    registered(device: Device): object
    readonly stranger: object
  }
  /**
   * Ways that count for PASSWORD_RESET and that no device of `enroll` can prove there, each with the reason: a security key that
   * does not say by itself whose it is. None, where it is left out.
   */
  readonly notInReset?: Readonly<Record<string, string>>
  /** Everything about a device that must be found nowhere in the clear. */
  secrets(device: Device): readonly string[]
}
