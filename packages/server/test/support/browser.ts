/** A real Chromium for tests, from the packages: nothing is installed on the system. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import Chromium, { inflate } from '@sparticuz/chromium'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

/** Where the unpacked browser is kept between runs: with the packages, and gone with them. */
const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache')

/** The package has a browser for this platform only; elsewhere tests that need one are skipped. */
export const hasBrowser = process.platform === 'linux' && process.arch === 'x64'

/**
 * Starts it. The arguments that the package suggests are left out: they are for functions in the cloud and would switch
 * off the very rules of the web that the tests are about.
 */
export async function startBrowser(): Promise<Browser> {
  const folder = await unpacked()
  const executablePath = join(folder, 'chromium')
  const args = ['--no-sandbox', '--disable-gpu']
  const env = { ...process.env, FONTCONFIG_FILE: join(folder, 'fonts.conf') } as Record<string, string>
  try {
    return await chromium.launch({ executablePath, args, env })
  } catch {
    // The system lacks libnss3, libnspr4 or libexpat; the package brings them.
    const libraries = join(folder, 'al2023', 'lib')
    return chromium.launch({ executablePath, args, env: { ...env, LD_LIBRARY_PATH: libraries } })
  }
}

/** A page, what it asked of others than `origin`, and what the browser complained about. */
export interface WatchedPage {
  readonly page: Page
  readonly outside: readonly string[]
  readonly complaints: readonly string[]
}

/** Opens an empty page with nothing kept from others. */
export async function watchedPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const page = await (await browser.newContext(options)).newPage()
  // As everywhere: it ends only what hangs.
  page.setDefaultTimeout(120_000)
  const outside: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(origin) && !url.startsWith('data:')) outside.push(url)
  })
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return { page, outside, complaints }
}

/** Unpacks once. Into a folder of its own first, so that of two processes neither sees a half-written browser. */
async function unpacked(): Promise<string> {
  const home = packageFolder()
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string }
  const folder = join(cache, `chromium-${version}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const unfinished = await mkdtemp(`${folder}-`)
  const before = process.env.TMPDIR
  try {
    // The package unpacks to the folder for temporary files.
    process.env.TMPDIR = unfinished
    await Chromium.executablePath()
    await inflate(join(home, 'bin', 'al2023.tar.br'))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  await writeFile(join(unfinished, 'fonts.conf'), fontsIn(folder))
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true, force: true }))
  return folder
}

/** Without any font Chromium dies at the first text. The package's own configuration names folders of the cloud. */
function fontsIn(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>
`
}

function packageFolder(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  return dirname(dirname(dirname(entry)))
}
