/** One thing that is wrong with a plugin or the configuration. */
export interface Fault {
  /** The plugin and field, or the option. */
  readonly where: string
  /** What came, and what was expected. */
  readonly problem: string
  readonly fix: string
}

/** Stops the start. Lists every fault found, so that one reading is enough. */
export class ConfigurationFault extends Error {
  readonly faults: readonly Fault[]

  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.where}: ${fault.problem}\n  ${fault.fix}`).join('\n'))
    this.name = 'ConfigurationFault'
    this.faults = faults
  }
}
