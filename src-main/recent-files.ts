/**
 * The files opened last, for the menu of Linux and Windows (macOS keeps a list of its own). One small file of the
 * user's folder; what is in it is checked like anything from outside.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { isDocument } from './open-requests.ts'

const MOST = 10

export class RecentFiles {
  private paths: readonly string[]
  /** Called when the list is another one. */
  onChange: () => void = () => undefined

  constructor(private readonly file: string) {
    this.paths = readPaths(file)
  }

  /** Newest first. */
  get list(): readonly string[] {
    return this.paths
  }

  add(path: string): void {
    this.set([path, ...this.paths.filter((other) => other !== path)].slice(0, MOST))
  }

  clear(): void {
    this.set([])
  }

  private set(paths: readonly string[]): void {
    this.paths = paths
    try {
      writeFileSync(`${this.file}.new`, JSON.stringify(paths))
      renameSync(`${this.file}.new`, this.file)
    } catch (error) {
      console.warn(`the recent files could not be kept: ${String(error)}`)
    }
    this.onChange()
  }
}

function readPaths(file: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (!Array.isArray(value)) return []
    return value
      .filter((path): path is string => typeof path === 'string' && isAbsolute(path) && isDocument(path))
      .slice(0, MOST)
  } catch {
    return []
  }
}
