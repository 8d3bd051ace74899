/**
 * What the page knows of the program that hosts it. The desktop's preload puts `window.pageward` there; a browser has
 * none. Nothing else in the page asks which host it has: everything goes over the port that `connect.ts` hands out.
 */

/** What the desktop's preload exposes. A port cannot cross the context bridge, so it comes as a window message. */
export interface HostBridge {
  readonly host: 'electron'
  /**
   * Asks for a new port to the core. It comes as a `message` event of this window whose data is `HOST_PORT_MESSAGE`
   * and whose first port is the one asked for.
   */
  connect(): void
  /** Calls back whenever the core process was restarted, with the reason; the page then asks for a new port. */
  onCoreRestart(listener: (reason: string) => void): () => void
  /** Commands of the native menu, by the ids of `commands.ts`. */
  onCommand(listener: (command: string) => void): () => void
  /** The journal that main kept last; null if none. */
  readJournal(): Promise<string | null>
  /** Hands the journal to main; answers whether it is on the disk. */
  keepJournal(text: string): Promise<boolean>
  /** Calls back with each document that was opened by menu, command line, link or system, also before this call. */
  onOpened(listener: (document: OpenedDocument) => void): () => void
  /** Writes a program to where it came from, or where the person says. */
  save(request: SaveRequest): Promise<SavedDocument>
  /** Asks the person for a folder of the disk; null if none was chosen. */
  chooseFolder(): Promise<OpenedFolder | null>
  /** Writes a folder back. */
  saveFolder(request: SaveFolderRequest): Promise<SavedFolder>
  /** Tells which theme the person chose, for what the system draws. */
  chooseTheme(theme: 'system' | 'light' | 'dark'): void
}

/** A document from outside, not looked into yet. */
export type OpenedDocument =
  | { readonly kind: 'text'; readonly document: number; readonly name: string; readonly text: string }
  | { readonly kind: 'link'; readonly fragment: string }
  | { readonly kind: 'failed'; readonly message: string }

/** What to write: as a share file or as TypeScript, by the ending of the file that main knows. */
export interface SaveRequest {
  /** Number of the document that the program came from; null = none. */
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

/** A folder of the disk: its TypeScript files, paths with `/`. */
export interface OpenedFolder {
  readonly folder: number
  readonly name: string
  readonly files: readonly FolderFile[]
}
export interface FolderFile {
  readonly path: string
  readonly text: string
}
export interface SaveFolderRequest {
  readonly folder: number
  readonly files: readonly FolderFile[]
  readonly removed: readonly string[]
}
export type SavedFolder =
  | {
      readonly kind: 'saved'
      readonly written: number
      /** Files that somebody else changed: not written, as they are now. Saving again overwrites them. */
      readonly theirs: readonly FolderFile[]
    }
  | { readonly kind: 'failed'; readonly message: string }

/** Data of the window message that carries the core's port. */
export const HOST_PORT_MESSAGE = 'pageward:core-port'

declare global {
  interface Window {
    readonly pageward?: HostBridge
  }
}

export type HostName = 'desktop' | 'browser'

export function hostName(): HostName {
  return window.pageward === undefined ? 'browser' : 'desktop'
}
