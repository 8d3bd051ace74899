/**
 * `app://pageward/…` instead of file://, so that the page has an origin of its own, response headers, and no way to
 * name a file outside its folder.
 */
import { protocol } from 'electron'
import { answerPage } from './page-files.ts'
import { APP_SCHEME } from './page-origin.ts'

/** Has to be called before the app is ready: the scheme gets an origin, fetch, workers and storage like https. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves `folder` as app://pageward/. */
export function serveApp(folder: string): void {
  protocol.handle(APP_SCHEME, (request) => answerPage(folder, request.method, request.url))
}
