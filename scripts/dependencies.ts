/**
 * `pnpm dependencies`: what the product is made of besides its own code (M20). Fails where a licence is none of those below, or where the
 * registry knows a hole of high or critical severity. `--sbom <file>` also writes all of it down, as CycloneDX 1.6.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** Whoever runs or changes the product may do so with all of these, and owes nobody their own code. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0', 'Unlicense']

interface Dependency {
  readonly name: string
  readonly versions: readonly string[]
  readonly license: string
}
interface Audit {
  readonly error?: { readonly code: string }
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> }
  readonly advisories?: Readonly<
    Record<
      string,
      {
        readonly module_name: string
        readonly severity: string
        readonly title: string
        readonly url: string
      }
    >
  >
}

const { values } = parseArgs({ options: { sbom: { type: 'string' } } })
const dependencies = listed()
const problems = [...strangeLicences(dependencies), ...holes()]
if (values.sbom !== undefined)
  writeFileSync(values.sbom, `${JSON.stringify(billOf(dependencies), null, 2)}\n`)
for (const problem of problems) console.error(problem)
console.log(`${dependencies.length} packages stand behind the product; ${problems.length} problems.`)
process.exitCode = problems.length > 0 ? 1 : 0

function pnpm(...args: readonly string[]): string {
  const { stdout, error } = spawnSync('pnpm', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (error) throw error
  return stdout
}

function listed(): readonly Dependency[] {
  const byLicence = JSON.parse(pnpm('licenses', 'list', '--prod', '--json')) as Readonly<
    Record<string, readonly Dependency[]>
  >
  return Object.values(byLicence).flat()
}

function strangeLicences(all: readonly Dependency[]): readonly string[] {
  return all
    .filter(({ license }) => !LICENCES.includes(license))
    .map(
      ({ name, license }) =>
        `${name} comes under "${license}", which nobody has looked at. Take another, or add it to the list.`,
    )
}

function holes(): readonly string[] {
  const { error, advisories } = JSON.parse(pnpm('audit', '--prod', '--json')) as Audit
  if (error) {
    console.log(`Not audited: the registry does not answer audits (${error.code}).`)
    return []
  }
  return Object.values(advisories ?? {})
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ module_name: name, severity, title, url }) => `${name}: ${title} (${severity}). ${url}`)
}

function billOf(all: readonly Dependency[]): object {
  const components = all.flatMap(({ name, versions, license }) =>
    versions.map((version) => ({
      type: 'library',
      name,
      version,
      // Package URL: the @ of a scope is percent-encoded.
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      licenses: [{ license: { id: license } }],
    })),
  )
  return { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components }
}
