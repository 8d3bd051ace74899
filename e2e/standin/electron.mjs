/** The `electron` module that the main process imports under the stand-in. */
export { app } from './app.mjs'
export { ipcMain } from './ipc-main.mjs'
export { MessageChannelMain, MessagePortMain } from './ports.mjs'
export { protocol, session } from './protocol.mjs'
export { clipboard, dialog, Menu, MenuItem, nativeTheme, screen, shell } from './native.mjs'
export { utilityProcess } from './utility-process.mjs'
export { BrowserWindow } from './window.mjs'
export { webContents } from './web-contents.mjs'
