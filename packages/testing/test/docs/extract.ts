/** The code of our documents, as files that can be type-checked and run. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'

const repository = join(import.meta.dirname, '..', '..', '..', '..')
const packages = ['core', 'method-totp', 'testing']
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'lib', 'tsc.js')

export interface Extracted {
  readonly markdown: string
  /** The files of the document's code blocks. */
  readonly files: readonly string[]
  /** The absolute path of one of them. */
  path(file: string): string
  /** What the compiler says to all of them, with the options of the workspace: nothing, where all is well. */
  compile(): Promise<string>
  remove(): Promise<void>
}

/**
 * Writes each code block of a document to the file that its fence names: ```` ```ts title="src/index.ts" ````. Below
 * `.data`, which nothing looks into, and with the packages of the workspace in reach.
 *
 * @throws where a block names no file, or two name the same: then nobody would run it
 */
export async function extract(document: string): Promise<Extracted> {
  const markdown = await readFile(join(repository, document), 'utf8')
  const blocks = blocksOf(markdown, document)
  const parent = join(repository, 'packages', 'testing', '.data')
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, `${basename(document, '.md')}-`))
  await mkdir(join(folder, 'node_modules', '@security-info'), { recursive: true })
  for (const name of packages) {
    const link = join(folder, 'node_modules', '@security-info', name)
    await symlink(join(repository, 'packages', name), link, 'junction')
  }
  for (const { file, code } of blocks) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), code)
  }
  const config = {
    extends: join(repository, 'tsconfig.test.json'),
    include: ['src', 'test', '*.ts'],
  }
  await writeFile(join(folder, 'tsconfig.check.json'), JSON.stringify(config))
  return {
    markdown,
    files: blocks.map(({ file }) => file),
    path: (file) => join(folder, file),
    compile: () => output([tsc, '--pretty', 'false', '-p', join(folder, 'tsconfig.check.json')]),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

function blocksOf(markdown: string, document: string) {
  const fences = [...markdown.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)]
  const blocks = fences.map(([, info = '', code = '']) => ({ file: titleOf(info, document), code }))
  const twice = blocks.find(({ file }, index) => blocks.slice(0, index).some((other) => other.file === file))
  if (twice) throw new Error(`${document} has two blocks for ${twice.file}.`)
  return blocks
}

function titleOf(info: string, document: string): string {
  const title = /^\w+ title="([\w./-]+)"$/.exec(info)?.[1]
  if (title) return title
  throw new Error(
    `${document}: a code block must say which file it is: \`\`\`ts title="…"; this one says "${info}".`,
  )
}

async function output(parameters: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  return (await Promise.all([text(child.stdout), text(child.stderr)])).join('')
}
