/**
 * The one table of messages between a page and the main process. Bulk data (runs, maps, timelines) never passes here:
 * it goes over a MessagePort between the page and the core. Main validates what a page sends, and where it comes from.
 */
import { isFilePath, type FolderFile, type SavedFolder } from './folder-files.ts'

export type { FolderFile, SavedFolder }

/** Page → main, nothing is answered. Each entry says which arguments are well-formed. */
export const FROM_PAGE = {
  /** Asks for a new port to the core; it comes as `core:port`. */
  'core:connect': (args: readonly unknown[]): args is [] => args.length === 0,
  /** The page listens for documents. */
  'file:ready': (args: readonly unknown[]): args is [] => args.length === 0,
  /** Asks the person for a file; it comes as `file:opened`. */
  'file:choose': (args: readonly unknown[]): args is [] => args.length === 0,
  /** The theme that the person chose, for the window's own colours. */
  'theme:choose': (args: readonly unknown[]): args is [theme: 'system' | 'light' | 'dark'] =>
    args.length === 1 && ['system', 'light', 'dark'].includes(String(args[0])) && typeof args[0] === 'string',
} as const
export type FromPage = keyof typeof FROM_PAGE
type Guarded<F> = F extends ((args: readonly unknown[]) => args is infer A extends readonly unknown[]) ? A : never
export type FromPageArgs<C extends FromPage> = Guarded<(typeof FROM_PAGE)[C]>

/** Longest text that a page may hand over, characters. */
export const MOST_TEXT = 50_000_000

/** Page → main with an answer. */
export const ASKED_BY_PAGE = {
  /** The journal kept last: a text, or null. */
  'journal:read': (args: readonly unknown[]): args is [] => args.length === 0,
  /** Keeps the journal; answers whether it is on the disk. */
  'journal:keep': (args: readonly unknown[]): args is [text: string] => args.length === 1 && isText(args[0]),
  /** Saves a document; answers what became of it. */
  'file:save': (args: readonly unknown[]): args is [SaveRequest] => args.length === 1 && isSaveRequest(args[0]),
  /** Asks the person for a folder; answers its files, or null. */
  'folder:choose': (args: readonly unknown[]): args is [] => args.length === 0,
  /** Writes a folder back; answers what became of it. */
  'folder:save': (args: readonly unknown[]): args is [SaveFolderRequest] =>
    args.length === 1 && isSaveFolderRequest(args[0]),
} as const
export type AskedByPage = keyof typeof ASKED_BY_PAGE
export type AskedArgs<C extends AskedByPage> = Guarded<(typeof ASKED_BY_PAGE)[C]>

export interface Answers {
  'journal:read': string | null
  'journal:keep': boolean
  'file:save': SavedDocument
  'folder:choose': OpenedFolder | null
  'folder:save': SavedFolder
}

/** A folder of the disk with its TypeScript files. */
export interface OpenedFolder {
  readonly folder: number
  readonly name: string
  readonly files: readonly FolderFile[]
}

/** What of a folder is to be written and put away. */
export interface SaveFolderRequest {
  readonly folder: number
  readonly files: readonly FolderFile[]
  readonly removed: readonly string[]
}

/** What is to be written: as a share file or as plain TypeScript, by the ending of the file. */
export interface SaveRequest {
  /** Number of the document the program came from; null = none. */
  readonly document: number | null
  readonly title: string
  readonly share: string
  readonly source: string
  /** Ask for a place in any case. */
  readonly elsewhere: boolean
}

export type SavedDocument =
  | { readonly kind: 'saved'; readonly document: number; readonly name: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string }

export type OpenedDocument =
  | { readonly kind: 'text'; readonly document: number; readonly name: string; readonly text: string }
  | { readonly kind: 'link'; readonly fragment: string }
  | { readonly kind: 'failed'; readonly message: string }

/** Main → page, with the arguments each carries. */
export interface ToPage {
  /** A port to the core travels with it. */
  'core:port': [nothing: null]
  /** The core died or hung; a new one has been started. Why, as a sentence for people. */
  'core:restarted': [reason: string]
  /** A menu item was chosen: the command's id in the page's own table. */
  'menu:command': [command: string]
  /** A document was opened by menu, command line, link or system. Not yet looked into. */
  'file:opened': [document: OpenedDocument]
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MOST_TEXT
}

function isSaveRequest(value: unknown): value is SaveRequest {
  if (typeof value !== 'object' || value === null) return false
  const { document, title, share, source, elsewhere } = value as Record<string, unknown>
  return (
    (document === null || Number.isSafeInteger(document)) &&
    isText(title) &&
    isText(share) &&
    isText(source) &&
    typeof elsewhere === 'boolean' &&
    Object.keys(value).length === 5
  )
}

/** Files of one request, at most. */
const MOST_FILES = 1_000

function isSaveFolderRequest(value: unknown): value is SaveFolderRequest {
  if (typeof value !== 'object' || value === null) return false
  const { folder, files, removed } = value as Record<string, unknown>
  if (!Number.isSafeInteger(folder) || !Array.isArray(files) || !Array.isArray(removed)) return false
  if (files.length > MOST_FILES || removed.length > MOST_FILES || Object.keys(value).length !== 3) return false
  const isPath = (path: unknown): boolean => typeof path === 'string' && isFilePath(path)
  return removed.every(isPath) && files.every((file: unknown) => isFolderFile(file, isPath))
}

function isFolderFile(value: unknown, isPath: (path: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { path, text } = value as Record<string, unknown>
  return isPath(path) && isText(text) && Object.keys(value).length === 2
}
