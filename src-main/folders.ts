/** Folders that the person opened: the page knows each by a number, never by its path. */
import { dialog, shell, type BrowserWindow } from 'electron'
import { basename } from 'node:path'
import type { OpenedFolder, SaveFolderRequest, SavedFolder } from './channels.ts'
import { FolderFiles } from './folder-files.ts'

export class Folders {
  private readonly open = new Map<number, FolderFiles>()
  private last = 0

  /** Asks for a folder and reads it; null if the person chose none. */
  async choose(window: BrowserWindow): Promise<OpenedFolder | null> {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] })
    const [path] = filePaths
    if (canceled || path === undefined) return null
    const folder = new FolderFiles(path, (file) => shell.trashItem(file))
    const files = await folder.read()
    this.open.set(++this.last, folder)
    return { folder: this.last, name: basename(path), files }
  }

  save({ folder, files, removed }: SaveFolderRequest): Promise<SavedFolder> {
    const known = this.open.get(folder)
    if (known !== undefined) return known.save(files, removed)
    return Promise.resolve({ kind: 'failed', message: 'The folder is not open any more: open it again.' })
  }
}
