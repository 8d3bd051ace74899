/** The about box, the log and the licences of what ships, from the Help menu. */
import { app, shell } from 'electron'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where `keepLog` writes. */
export const logPath = (): string => join(app.getPath('userData'), 'logs', 'pageward.log')

export function setAbout(): void {
  app.setAboutPanelOptions({
    applicationName: 'Pageward',
    applicationVersion: app.getVersion(),
    version: `Electron ${process.versions['electron'] ?? ''}, Chromium ${process.versions['chrome'] ?? ''}`,
    copyright: 'MIT licence. Licences of what ships with it: Help, Licences.',
  })
}

/** Opens the list of licences: a file beside the app's archive, or of the build when it is not packaged. */
export function showLicences(): void {
  const packaged = join(process.resourcesPath ?? '', 'licences.md')
  const built = join(import.meta.dirname, '../web/licences.md')
  void shell.openPath(existsSync(packaged) ? packaged : built)
}

export function showLog(): void {
  shell.showItemInFolder(logPath())
}
