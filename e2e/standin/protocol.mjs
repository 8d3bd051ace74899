/** protocol and session. Permissions are decided once a page opens, by asking the app's handler about each. */
import { handleScheme } from './loopback.mjs'

export const protocol = {
  registerSchemesAsPrivileged() {},
  handle: (scheme, handler) => handleScheme(scheme, handler),
}

/** Electron's names of permissions → the browser's. */
const PERMISSIONS = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  media: 'camera',
  midi: 'midi',
  'clipboard-read': 'clipboard-read',
  'clipboard-sanitized-write': 'clipboard-write',
}

class Session {
  #request = null
  webRequest = { onHeadersReceived() {}, onBeforeRequest() {} }

  setPermissionRequestHandler(handler) {
    this.#request = handler
  }
  setPermissionCheckHandler() {}
  setDevicePermissionHandler() {}

  /** Which of the browser's permissions a page gets. @returns {Promise<[name: string, granted: boolean][]>} */
  decide(contents, requestingUrl) {
    const handler = this.#request
    if (!handler) return Promise.resolve([])
    return Promise.all(
      Object.entries(PERMISSIONS).map(
        ([electron, browser]) =>
          new Promise((done) => {
            handler(contents, electron, (granted) => done([browser, granted]), { requestingUrl, isMainFrame: true })
          }),
      ),
    )
  }
}

export const session = { defaultSession: new Session() }
