/** Starts, kills and starts again the built app over one user folder, as the fault suites need it. */
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Workbench } from '../shared/workbench.ts'

export interface Running {
  readonly app: ElectronApplication
  readonly page: Page
  readonly workbench: Workbench
}

/** Opens the app over `folder`; `words` are its further command line. */
export async function startOver(folder: string, words: readonly string[] = []): Promise<Running> {
  const app = await _electron.launch({
    executablePath: process.env['ELECTRON'] ?? resolve('e2e/standin/run.mjs'),
    args: [`--user-data-dir=${folder}`, '.', ...words],
    timeout: 60_000,
  })
  const page = await app.firstWindow()
  const workbench = new Workbench(page)
  await workbench.idle()
  return { app, page, workbench }
}

/** Ends the main process at once; resolves when it is gone. */
export async function killMain({ app }: Running): Promise<void> {
  const child = app.process()
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGKILL')
  await gone
}

/** Ends the core's process at once. */
export async function killCore({ app }: Running): Promise<void> {
  const metrics = await app.evaluate(({ app: it }) => it.getAppMetrics())
  const core = metrics.find((one) => one.type === 'Utility' && one.name === 'Pageward core')
  if (core !== undefined) process.kill(core.pid, 'SIGKILL')
}

/** Ends the page's process at once, as a crash would. */
export async function killPage({ app }: Running): Promise<void> {
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer())
}

/** Texts in the journal of a user folder. Throws if the file is no whole journal. */
export function journalTexts(folder: string): string[] {
  const value = JSON.parse(readFileSync(join(folder, 'journal.json'), 'utf8')) as {
    programs: Record<string, { files: { text: string }[] }>
  }
  return Object.values(value.programs).flatMap((program) => program.files.map((file) => file.text))
}

/** A file system of its own with `size` kilobytes; null where it cannot be had. Give the folder to `release`. */
export function smallDisk(folder: string, size: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export function releaseDisk(folder: string): void {
  execFileSync('umount', ['-l', folder])
}

/** Numbers that look random and are the same at each run. */
export function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
